import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Machine } from "./machine";

/**
 * The provider for a machine's Docker Engine.
 *
 * @param ready what has to have been done on the machine before: until then nobody can ask its Engine, in a preview neither
 * @param credentials who logs in to which registry, for pulling images
 */
export function dockerProvider(
  name: string,
  { host, sshOpts }: Machine,
  ready: { stdout: pulumi.Output<string> } | undefined,
  credentials: pulumi.Input<docker.types.input.ProviderRegistryAuth>[],
  opts: pulumi.CustomResourceOptions,
): docker.Provider {
  return new docker.Provider(
    name,
    {
      // What the step was given may hold a key; where the Engine is, is no secret.
      host: ready && host !== undefined ? pulumi.unsecret(ready.stdout.apply(() => host)) : host,
      sshOpts,
      registryAuth: credentials.length > 0 ? credentials : undefined,
    },
    opts,
  );
}
