import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import type { Declared } from "../../policies/declared";

/**
 * A resource as a policy sees it.
 *
 * @param type its type, with those of the components that it belongs to in front: `slipway:edge:Edge$docker:index/container:Container`
 */
export function declared(type: string, name: string, props: Record<string, unknown> = {}): Declared {
  const own = type.split("$").at(-1) ?? "";
  return { type: own, name, urn: `urn:pulumi:production::shop::slipway:stage:Stage$${type}::${name}`, props };
}

/** Inputs of which one is not known before the update: reading it throws, as it does in the engine's preview. */
export function unknown(input: string, others: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.defineProperty({ ...others }, input, {
    enumerable: true,
    get: () => {
      throw new Error(`string value at .${input} can't be known during preview`);
    },
  });
}

/** What a policy reports of resources that are declared one after the other: `name: message`. */
export function reports(policy: ResourceValidationPolicy, resources: Declared[]): string[] {
  const validate = policy.validateResource;
  if (typeof validate !== "function") {
    throw new Error(`The policy ${policy.name} should have one function that looks at a resource.`);
  }
  const said: string[] = [];
  for (const resource of resources) {
    void validate(resource as unknown as ResourceValidationArgs, (message) =>
      said.push(`${resource.name}: ${message}`),
    );
  }
  return said;
}
