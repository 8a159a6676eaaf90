import * as pulumi from "@pulumi/pulumi";
import { folderOn } from "../machine/connect";
import type { SshMachine } from "../machine/ssh/host";
import type { RegistryPlan } from "../settings/registryPlan";
import type { StageSettings } from "../settings/settings";

/**
 * The outputs of the stage to promote from: its release, and where its registry is.
 *
 * @throws Error where it has no release yet
 */
export async function readSourceStage({
  project,
  promoteFrom = "",
}: StageSettings): Promise<{ release: string; registry?: RegistryPlan }> {
  const stack = promoteFrom.includes("/") ? promoteFrom : `${pulumi.getOrganization()}/${project}/${promoteFrom}`;
  const reference = new pulumi.StackReference(stack);
  const [release, registry, machine] = await Promise.all([
    reference.getOutputDetails("release"),
    reference.getOutputDetails("registry"),
    reference.getOutputDetails("machine"),
  ]);
  const name = (release.value as { name?: string } | undefined)?.name;
  if (!name) {
    throw new Error(
      `The stage ${promoteFrom} has no release yet: bring it up first, with pulumi up -s ${promoteFrom}.`,
    );
  }
  const address = registry.value as string | undefined;
  const on = folderOn((machine.value ?? machine.secretValue) as SshMachine | undefined, process.cwd());
  return {
    release: name,
    registry: address === undefined ? undefined : { address, ...(on === undefined ? {} : { on }) },
  };
}
