import { record, type Declared } from "../../policies/declared";
import type { Chosen, Rule } from "../../policies/rule";
import type { StageFacts } from "../../policies/stage";

/** A production that promotes from staging. */
export const production: StageFacts = {
  project: "shop",
  stage: "production",
  takesOver: true,
  promoteFrom: "staging",
  others: ["staging"],
};

/** A staging that builds. */
export const staging: StageFacts = { project: "shop", stage: "staging", takesOver: false, others: ["production"] };

/**
 * A resource as rules see it.
 *
 * @param type its type, with those of the components that it belongs to in front: `slipway:edge:Edge$docker:index/container:Container`
 * @param isKept left out where whoever asks is not told
 */
export function declared(
  type: string,
  name: string,
  props: Record<string, unknown> = {},
  { isKept, beside = false }: { isKept?: boolean; beside?: boolean } = {},
): Declared {
  const types = type.split("$");
  return {
    type: types.at(-1) ?? "",
    name,
    owners: [...(beside ? [] : ["slipway:stage:Stage"]), ...types.slice(0, -1)],
    inputs: record(props),
    ...(isKept === undefined ? {} : { isKept }),
  };
}

/** The container of a service of the application. */
export function service(props: Record<string, unknown>, name = "shop-production-web"): Declared {
  return declared("slipway:services:Services$docker:index/container:Container", name, props);
}

/** The step of a job, which is told the container that it runs. */
export function job(container: Record<string, unknown>): Declared {
  const stdin = JSON.stringify({ job: "migrate", container });
  return declared("slipway:jobs:Jobs$command:local:Command", "app-jobs-migrate", {
    create: "node dist/steps/main.js job",
    stdin,
  });
}

/** The cutover of a stage that runs a check. */
export function check(container: Record<string, unknown>): Declared {
  const stdin = JSON.stringify({ runs: [{ check: "smoke", container }] });
  return declared("command:local:Command", "app-cutover", { create: "node dist/steps/main.js cutover", stdin });
}

/** Parts of Slipway beside an application. */
export const equipment = {
  edge: (props: Record<string, unknown>) =>
    declared("slipway:edge:Edge$docker:index/container:Container", "edge", props),
  registry: (props: Record<string, unknown>) =>
    declared("slipway:registry:LocalRegistry$docker:index/container:Container", "registry", props),
};

/** Inputs of which one is not known before the update: reading it throws, as it does in the engine's preview. */
export function unknown(input: string, others: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.defineProperty({ ...others }, input, {
    enumerable: true,
    get: () => {
      throw new Error(`string value at .${input} can't be known during preview`);
    },
  });
}

/** What a rule says of a resource. */
export function says(rule: Rule, resource: Declared, stage = production, chosen: Chosen = {}): string[] {
  return rule.problems(resource, stage, chosen);
}
