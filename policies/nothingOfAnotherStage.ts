import { containersOf, networksIn, pathsBehindVolume, volumeAt, volumesIn, type DeclaredContainer } from "./container";
import { text, type Declared } from "./declared";
import type { Rule } from "./rule";
import type { StageFacts } from "./stage";

/**
 * A stage uses no volume, network or secret of another stage. The name tells the owner: Slipway names the resources of
 * a stage `<project>-<stage>`, with more behind it.
 */
export const nothingOfAnotherStage: Rule = {
  name: "nothing-of-another-stage",
  description: "A stage uses no volume, network or secret of another stage.",
  settings: { stages: "Names of further stages of the project" },
  problems(resource, facts, { stages = [] }) {
    const stage = { ...facts, others: [...facts.others, ...stages].filter((other) => other !== facts.stage) };
    const named = namesIn(resource).flatMap(({ what, name }) => {
      const owner = ownerOf(name, stage);
      return owner === undefined
        ? []
        : [
            `${resource.name} uses the ${what} ${name}, which is named after the stage ${owner}: give ${stage.stage} one of its own, whose name does not begin with ${stage.project}-${owner}.`,
          ];
    });
    return resource.type === "slipway:stage:Stage" ? [...named, ...secretsOf(resource, stage)] : named;
  },
};

function namesIn(resource: Declared): { what: string; name: string }[] {
  const own = /^docker:index\/(volume|network):/.exec(resource.type)?.[1];
  if (own !== undefined) {
    const behind = pathsBehindVolume(resource).flatMap((path) => volumeAt(path) ?? []);
    const name = text(resource.inputs["name"]) ?? "";
    return [{ what: own, name }, ...behind.map((volume) => ({ what: "volume", name: volume }))];
  }
  return containersOf(resource).flatMap(usedBy);
}

function usedBy(container: DeclaredContainer): { what: string; name: string }[] {
  const mode = text(container.inputs["networkMode"])?.replace(/^container:/, "");
  return [
    ...volumesIn(container).map((name) => ({ what: "volume", name })),
    ...networksIn(container).map((name) => ({ what: "network", name })),
    ...(mode === undefined ? [] : [{ what: "network of", name: mode }]),
  ];
}

/** The other stage whose name something begins with; where several names fit, the longest counts. */
function ownerOf(name: string, { project, stage, others }: StageFacts): string | undefined {
  const fits = [stage, ...others].filter((one) => new RegExp(`^${escaped(`${project}-${one}`)}([-_.]|$)`).test(name));
  const [owner] = fits.sort((a, b) => b.length - a.length);
  return owner === stage ? undefined : owner;
}

/**
 * A secret in a cloud is named by its owner: a name that begins or ends with another stage's is taken to be that
 * stage's.
 */
function secretsOf({ name: resource }: Declared, { project, stage, others, secrets = {} }: StageFacts): string[] {
  return Object.entries(secrets).flatMap(([setting, name]) => {
    const owner = others.find((other) => {
      const word = escaped(other);
      return new RegExp(`^(${escaped(project)}[-_])?${word}([-_]|$)|[-_]${word}$`, "i").test(name);
    });
    return owner === undefined
      ? []
      : [
          `${resource} takes ${setting} from a secret that is named after the stage ${owner}: name a secret of ${stage}'s own.`,
        ];
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
