import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { isLoopback } from "../registry/client/endpoint";
import { hostOf, type Login, type RegistryPlan } from "../settings/registryPlan";
import { projectHere } from "./here";
import { machineOf } from "./machine";
import { asking, inWords, isOnRunner } from "./told";

/** What a command needs to know of a stage. */
export interface SelectedStage {
  /** The Pulumi project, which names the application. */
  project: string;
  stage: string;
  registry: RegistryPlan;
}

/**
 * Finds a stage of the project in this folder, by its outputs and settings.
 *
 * @param name the stack; undefined: the one that is selected
 * @param mayBeNew whether the registry of the stage that it promotes from will do, where it was not brought up yet
 * @throws Error when there is no project or stack, or the stage was not brought up yet
 */
export async function selectStage(
  name: string | undefined,
  { mayBeNew = false }: { mayBeNew?: boolean } = {},
): Promise<SelectedStage> {
  const { workspace, project, stage } = await openStage(name);
  const [outputs, config] = await asking(stage, () =>
    Promise.all([workspace.stackOutputs(stage), workspace.getAllConfig(stage)]),
  );
  const address = outputs["registry"]?.value as string | undefined;
  const source = config["slipway:promoteFrom"]?.value;
  if (address === undefined && mayBeNew && source !== undefined) {
    return { ...(await selectStage(source)), stage };
  }
  if (address === undefined) {
    if (isOnRunner(stage)) throw new Error(inWords("", { stage, onRunner: true }));
    throw new Error(`The stage ${stage} tells no registry yet: bring it up first, with pulumi up -s ${stage}.`);
  }
  const told = outputs["registryLogin"]?.value as Login | undefined;
  const { username, password } = told ?? credentials(config["slipway:registry"]?.value);
  const on = isLoopback(hostOf(address)) ? await machineOf(stage) : undefined;
  return {
    project,
    stage,
    registry: { address, credentials: username && password ? { username, password } : undefined, on },
  };
}

/** What a stage tells of what it runs. */
export interface RunningStage {
  release?: { name: string; record?: string };
  services: Record<string, { container: string }>;
  /** The public key, in PEM, by which what it signs is known. */
  key?: string;
  /** The public key that its backups are encrypted for. */
  recipient?: string;
}

/**
 * What a stage tells of what it runs.
 *
 * @throws Error when there is no such stage
 */
export async function outputsOfStage(stage: string): Promise<RunningStage> {
  const workspace = await LocalWorkspace.create({ workDir: process.cwd() });
  const { release, services, ledger, backups } = await asking(stage, () => workspace.stackOutputs(stage));
  return {
    release: release?.value as RunningStage["release"],
    services: (services?.value ?? {}) as RunningStage["services"],
    key: (ledger?.value as { key?: string } | undefined)?.key,
    recipient: (backups?.value as { recipient?: string } | undefined)?.recipient,
  };
}

/**
 * Finds a stage of the project in this folder, whether it was brought up or not.
 *
 * @param name the stack; undefined: the one that is selected
 * @throws Error when there is no project, or no stack is named nor selected
 */
export async function openStage(
  name: string | undefined,
): Promise<{ workspace: LocalWorkspace; project: string; stage: string }> {
  const project = projectHere();
  const { workspace, stage } = await asking(name, async () => {
    const workspace = await LocalWorkspace.create({ workDir: process.cwd() });
    return { workspace, stage: name ?? (await workspace.stack())?.name };
  });
  if (stage === undefined) {
    throw new Error("No stack is selected: name one, as in -s production.");
  }
  return { workspace, project, stage };
}

function credentials(setting: string | undefined): { username?: string; password?: string } {
  return setting === undefined ? {} : (JSON.parse(setting) as { username?: string; password?: string });
}
