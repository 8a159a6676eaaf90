import * as pulumi from "@pulumi/pulumi";
import { folderOn } from "../machine/connect";
import type { SshMachine } from "../machine/ssh/host";
import type { Login, RegistryPlan } from "../settings/registryPlan";
import type { StageSettings } from "../settings/settings";

/** What the stage to promote from tells of itself. */
export interface SourceStage {
  /** Its release, with the digest of its record; undefined where a version told it that knew none. */
  release: { name: string; record?: string };
  registry?: RegistryPlan;
  /** The public key, in PEM, by which its releases are known. */
  key?: string;
}

/**
 * The outputs of the stage to promote from: its release, where its registry is, and who that lets in where a stage runs it.
 *
 * @throws Error where it has no release yet
 */
export async function readSourceStage({ project, promoteFrom = "" }: StageSettings): Promise<SourceStage> {
  const stack = promoteFrom.includes("/") ? promoteFrom : `${pulumi.getOrganization()}/${project}/${promoteFrom}`;
  const reference = new pulumi.StackReference(stack);
  const [release, registry, machine, ledger, registryLogin] = await Promise.all([
    reference.getOutputDetails("release"),
    reference.getOutputDetails("registry"),
    reference.getOutputDetails("machine"),
    reference.getOutputDetails("ledger"),
    reference.getOutputDetails("registryLogin"),
  ]);
  const { name, record } = (release.value as { name?: string; record?: string } | undefined) ?? {};
  if (!name) {
    throw new Error(
      `The stage ${promoteFrom} has no release yet: bring it up first, with pulumi up -s ${promoteFrom}.`,
    );
  }
  const address = registry.value as string | undefined;
  const on = folderOn((machine.value ?? machine.secretValue) as SshMachine | undefined, process.cwd());
  const credentials = (registryLogin.secretValue ?? registryLogin.value) as Login | undefined;
  const login = credentials ? ({ credentials, isGenerated: true } as const) : {};
  return {
    release: { name, record },
    key: (ledger.value as { key?: string } | undefined)?.key,
    registry: address === undefined ? undefined : { address, ...login, ...(on === undefined ? {} : { on }) },
  };
}
