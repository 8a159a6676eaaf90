import type { Declared } from "../policies/declared";
import type { Rule } from "../policies/rule";
import { ofApplications } from "../policies/rules";
import type { StageFacts } from "../policies/stage";
import { PlacedError } from "../errors/placed";
import { Refusal } from "../errors/refusal";
import type { Application } from "./application";
import { expectedOf } from "./expected";

/**
 * Makes sure that an application, as its compose files and overlay have it, keeps the rules that always hold. It does
 * so before anything is declared: by the time of a later refusal, the engine would make what was declared until then.
 *
 * @throws Refusal with a sentence for each thing that is wrong and what to write instead
 */
export function checkAlways(application: Application, stage: StageFacts): void {
  const problems = brokenRules(application, stage);
  if (problems.length > 0) throw new Refusal(problems.map(({ message }) => message).join("\n"));
}

/** The same as problems, each with the key of the service or volume that it is about. */
export function brokenRules(application: Application, stage: StageFacts): PlacedError[] {
  const services = Object.keys(application.config.services);
  const volumes = Object.entries(application.config.volumes ?? {});
  return expectedOf(application, stage).flatMap((resource) => {
    const { type, name } = resource;
    const service = services.find((one) => `${stage.project}-${stage.stage}-${one}` === name);
    const volume = volumes.find(([, { name: called }]) => called === name)?.[0];
    const path = type.endsWith(":Volume") ? ["volumes", volume ?? ""] : ["services", service ?? ""];
    const problems = ofApplications.flatMap((rule) => rule.problems(resource, stage, {}));
    return [...new Set(problems)].map((problem) => new PlacedError(path, problem));
  });
}

/** @throws Refusal with a sentence for each rule that a resource breaks */
export function refuse(rules: readonly Rule[], resources: readonly Declared[], stage: StageFacts): void {
  const problems = resources.flatMap((resource) => rules.flatMap((rule) => rule.problems(resource, stage, {})));
  if (problems.length > 0) throw new Refusal([...new Set(problems)].join("\n"));
}
