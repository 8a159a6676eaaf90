import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Machine } from "./machine";

/**
 * The provider for a machine's Docker Engine.
 *
 * @param credentials who logs in to which registry, for pulling images
 */
export function dockerProvider(
  name: string,
  { host, sshOpts }: Machine,
  credentials: pulumi.Input<docker.types.input.ProviderRegistryAuth>[],
  opts: pulumi.CustomResourceOptions,
): docker.Provider {
  return new docker.Provider(
    name,
    { host, sshOpts, registryAuth: credentials.length > 0 ? credentials : undefined },
    opts,
  );
}
