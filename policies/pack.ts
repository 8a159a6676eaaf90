import type { Policies, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { record, type Declared } from "./declared";
import { Exemptions, exemptionsHold, exemptionsShown } from "./exemptions";
import { factsOf } from "./facts";
import { schemaOf, type Chosen, type Rule } from "./rule";

/** The policies of a pack: one for each rule, between the two that look after exemptions from them. */
export function policiesOf(rules: readonly Rule[]): Policies {
  const exemptions = new Exemptions(rules.map(({ name }) => name));
  return [exemptionsHold(exemptions), ...rules.map((rule) => policyOf(rule, exemptions)), exemptionsShown(exemptions)];
}

/** A rule as the engine's policies have it. */
export function policyOf(rule: Rule, exemptions: Exemptions): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: rule.description,
    configSchema: { properties: schemaOf(rule.settings) },
    validateResource: (resource, report) => {
      const problems = rule.problems(declaredTo(resource), factsOf(resource.urn), resource.getConfig<Chosen>());
      exemptions.without(rule.name, resource, problems).forEach((problem) => report(problem));
    },
  };
}

/** A resource as the engine tells a policy of it. */
function declaredTo({ type, name, urn, props, opts }: ResourceValidationArgs): Declared {
  return {
    type,
    name,
    // The types of its parents, the stack's left out, stand in a URN between the project and the name.
    owners: (urn.split("::")[2] ?? "").split("$").slice(0, -1),
    inputs: record(props),
    ...(opts.protect ? { isKept: true } : {}),
  };
}
