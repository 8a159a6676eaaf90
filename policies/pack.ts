import { Config } from "@pulumi/pulumi";
import type { Policies, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { record, type Declared } from "./declared";
import { Exemptions, exemptionsHold, exemptionsShown } from "./exemptions";
import { factsOf } from "./facts";
import { printable } from "../errors/printable";
import { inForceShown } from "./inForce";
import type { Levels } from "./levels";
import { schemaOf, type Chosen, type Rule } from "./rule";

/**
 * The policies of a pack: one for each rule, between the two that handle exemptions, and the one that says which of them count.
 *
 * @param levels how strict the configuration has each be
 */
export function policiesOf(rules: readonly Rule[], levels: () => Levels = () => new Map()): Policies {
  const exemptions = new Exemptions(rules.map(({ name }) => name));
  return [
    exemptionsHold(exemptions),
    ...rules.map((rule) => policyOf(rule, exemptions)),
    exemptionsShown(exemptions),
    inForceShown(levels, exemptions),
  ];
}

/** A rule as the engine's policies have it. */
export function policyOf(rule: Rule, exemptions: Exemptions): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: rule.description,
    configSchema: { properties: schemaOf(rule.settings) },
    validateResource: (resource, report) => {
      if (resource.type === "pulumi:pulumi:Stack")
        unknownSettings(rule, resource.getConfig()).forEach((line) => report(line));
      const problems = rule.problems(
        declaredTo(resource),
        factsOf(resource.urn, new Config("slipway")),
        resource.getConfig<Chosen>(),
      );
      exemptions.without(rule.name, resource, problems).forEach((problem) => report(printable(problem)));
    },
  };
}

/** The engine silently accepts a misspelt setting. */
function unknownSettings({ name, settings = {} }: Rule, given: object): string[] {
  const known = Object.keys(settings);
  const hint = known.length > 0 ? `it has ${known.join(" and ")}` : "it has none but its enforcementLevel";
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => `${name}.${key} is not a setting of the policy: ${hint}.`);
}

/** A resource as the engine shows it to a policy. */
function declaredTo({ type, name, urn, props, opts }: ResourceValidationArgs): Declared {
  return {
    type,
    name,
    // In a URN, the types of its parents, the stack's left out, stand between the project and the name.
    owners: (urn.split("::")[2] ?? "").split("$").slice(0, -1),
    inputs: record(props),
    ...(opts.protect ? { isKept: true } : {}),
  };
}
