import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Machine } from "../../machine/machine";

/**
 * The provider for a machine's Docker Engine.
 *
 * Two variables of its environment lead the provider to another Engine, whatever host it is given: `DOCKER_CONTEXT`, and towards a machine
 * over SSH `DOCKER_CERT_PATH`. Empty inputs in their place keep it from that. Where a variable is not set, a stage that was declared without
 * such an input stays as it is.
 *
 * @param ready what has to have been done on the machine before: until then nobody can ask its Engine, in a preview neither
 * @param credentials who logs in to which registry, for pulling images
 */
export function dockerProvider(
  name: string,
  { host, certificates, sshOpts }: Machine,
  ready: { stdout: pulumi.Output<string> } | undefined,
  credentials: pulumi.Input<docker.types.input.ProviderRegistryAuth>[],
  opts: pulumi.CustomResourceOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): docker.Provider {
  const overSsh = host?.startsWith("ssh://") ?? false;
  return new docker.Provider(
    name,
    {
      // What the step was given may hold a key; where the Engine is, is no secret.
      host: ready && host !== undefined ? pulumi.unsecret(ready.stdout.apply(() => host)) : host,
      context: "",
      certPath: certificates ?? (overSsh ? "" : undefined),
      sshOpts,
      registryAuth: credentials.length > 0 ? credentials : undefined,
    },
    {
      ...opts,
      ignoreChanges: [
        ...(environment["DOCKER_CONTEXT"] ? [] : ["context"]),
        ...(overSsh && !environment["DOCKER_CERT_PATH"] ? ["certPath"] : []),
      ],
    },
  );
}
