import type { Request, Resource, Values } from "../../runner/resource";

/** A resource as a program would ask for it; what is not said is as the SDK leaves it. */
export function request(name: string, inputs: Values = {}, more: Partial<Request> = {}): Request {
  const type = more.type ?? "test:index:Thing";
  return {
    urn: urn(name, type),
    type,
    name,
    custom: true,
    inputs,
    provider: "",
    dependencies: [],
    propertyDependencies: {},
    retainOnDelete: false,
    protect: false,
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    ...more,
  };
}

/** The same as the state keeps it. */
export function resource(name: string, inputs: Values = {}, more: Partial<Resource> = {}): Resource {
  const { urn, type, provider, dependencies, propertyDependencies, retainOnDelete, protect } = request(name);
  const asked = { urn, type, provider, dependencies, propertyDependencies, retainOnDelete, protect };
  return { ...asked, inputs, id: `${name}-id`, outputs: inputs, ...more };
}

export function urn(name: string, type = "test:index:Thing"): string {
  return `urn:pulumi:staging::shop::${type}::${name}`;
}
