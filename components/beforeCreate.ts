import type * as pulumi from "@pulumi/pulumi";

/** The option that binds hooks to a resource: they run in their order before it is made. Empty without hooks. */
export function beforeCreate(...hooks: (pulumi.ResourceHook | undefined)[]): Pick<pulumi.ResourceOptions, "hooks"> {
  const given = hooks.filter((hook) => hook !== undefined);
  return given.length > 0 ? { hooks: { beforeCreate: given } } : {};
}
