import type * as pulumi from "@pulumi/pulumi";

/** The option that binds hooks to a resource, which run in their order before it is made; none where there is no hook. */
export function beforeCreate(...hooks: (pulumi.ResourceHook | undefined)[]): Pick<pulumi.ResourceOptions, "hooks"> {
  const given = hooks.filter((hook) => hook !== undefined);
  return given.length > 0 ? { hooks: { beforeCreate: given } } : {};
}
