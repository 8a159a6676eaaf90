import { isStep } from "./container";
import { text, within } from "./declared";
import { isProduction } from "./stage";
import { productionStages, type Rule } from "./rule";

/** What production runs can be read in git. The program itself asks for it too, unless the stage says `slipway:allowDirty`. */
export const committedReleaseOnly: Rule = {
  name: "committed-release-only",
  description: "Production runs releases that were built from a commit.",
  settings: productionStages,
  problems(resource, stage, { production }) {
    if (!isStep(resource, "record") || !isProduction(stage, production)) return [];
    const release = text(within(resource.inputs["environment"])["RELEASE"]) ?? "";
    return isUncommitted(release) ? [`${uncommitted(release)}.`] : [];
  },
};

/** Whether uncommitted files entered a release, which its name tells (components/release/name.ts). */
export function isUncommitted(release: string): boolean {
  return release.endsWith("-dirty");
}

/** What is wrong with such a release and what to do, to begin a sentence with. */
export function uncommitted(release: string): string {
  return `The release ${release} was built from uncommitted files: commit them and bring the stage up again that builds`;
}
