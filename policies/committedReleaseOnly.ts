import { isUncommitted, uncommitted } from "../release/name";
import { isStep } from "./container";
import { text, within, type Declared } from "./declared";
import { isProduction } from "./stage";
import { productionStages, type Rule } from "./rule";

/**
 * Everything that production runs can be read in git. The program itself asks for it too, unless the stage says
 * `slipway:allowDirty`.
 */
export const committedReleaseOnly: Rule = {
  name: "committed-release-only",
  description: "Production runs releases that were built from a commit.",
  settings: productionStages,
  problems(resource, stage, { production }) {
    const release = isProduction(stage, production) ? releaseIn(resource) : undefined;
    return release !== undefined && isUncommitted(release) ? [`${uncommitted(release)}.`] : [];
  },
};

/** The release that a step records; for a release without a name yet, the commit that it will be named after. */
function releaseIn(resource: Declared): string | undefined {
  const shown = within(resource.inputs["environment"]);
  if (isStep(resource, "record")) return text(shown["RELEASE"]);
  return isStep(resource, "mint") ? text(shown["COMMIT"]) : undefined;
}
