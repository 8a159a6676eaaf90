import { LocalWorkspace, StackNotFoundError, type OutputMap } from "@pulumi/pulumi/automation";
import { Engine } from "../docker/engine";
import { engineOn } from "../machine/engineOf";
import { kindOf } from "../machine/kinds/kinds";
import { folderOf } from "../machine/ssh/files";
import type { SshMachine } from "../machine/ssh/host";
import { isWritten, writeSshFiles } from "../machine/ssh/tunnel";
import { quoted } from "../errors/refusal";
import { checkMachineSettings } from "../settings/settings";
import { settingsOf } from "../settings/stackFiles";
import type { MachineSettings } from "../settings/machine";
import { stageHere } from "./here";
import { asking, inWords, isOnRunner } from "./told";

const setting = "slipway:machine";

/**
 * The Engine of a stage's machine.
 *
 * @throws Error where its settings are wrong, or it cannot be reached
 */
export async function engineOfStage(stage: string): Promise<Engine> {
  return engineOn(await machineOf(stage), Engine.here(process.env));
}

/**
 * The folder with what `ssh` reads to reach a stage's machine; undefined where it is this machine. Settings tell, or the outputs of the
 * stage that made the machine.
 *
 * @throws Error where the stage's settings are wrong, or there is no machine yet
 */
export async function machineOf(stage: string): Promise<string | undefined> {
  const settings = checkMachineSettings(withoutSecrets(settingsOf(process.cwd(), stage)[setting]));
  return kindOf(settings).folder(settings, {
    stage,
    directory: process.cwd(),
    id: () => stageHere(stage),
    withSecrets: () => withSecrets(stage),
    byOutputs: folderOfTold,
  });
}

/**
 * The way to a machine by the outputs of the stage that made it; else by what the last update left here, where Pulumi or its state cannot
 * be had, or the update was killed before it told.
 *
 * @param folder where what `ssh` reads is; undefined: as the machine is reached
 */
async function folderOfTold(stage: string, folder?: string): Promise<string | undefined> {
  const { outputs, cause } = await outputsOf(stage);
  const told = outputs?.["machine"]?.value as SshMachine | undefined;
  if (told) {
    writeSshFiles(told, process.cwd(), folder);
    return folder ?? folderOf(told);
  }
  if (folder === undefined && outputs?.["services"]) return undefined;
  if (folder !== undefined && isWritten(folder, process.cwd())) return folder;
  if (isOnRunner(stage)) throw new Error(inWords("", { stage, onRunner: true }), { cause });
  if (cause !== undefined) {
    throw new Error(
      `Pulumi does not tell where the machine of the stage ${stage} is: see to it that pulumi stack output -s ${stage} answers here, as after pulumi login (it says: ${said(cause)}).`,
      { cause },
    );
  }
  throw new Error(`The stage ${stage} tells no machine yet: bring it up first, with pulumi up -s ${stage}.`);
}

/** A stage that does not exist has no outputs. Why another stage's outputs cannot be read is told only where no other way is known. */
async function outputsOf(stage: string): Promise<{ outputs?: OutputMap; cause?: Error }> {
  try {
    const workspace = await LocalWorkspace.create({ workDir: process.cwd() });
    return { outputs: await workspace.stackOutputs(stage) };
  } catch (error) {
    return error instanceof StackNotFoundError ? {} : { cause: error as Error };
  }
}

/** What Pulumi said, without the rest of the record of its command. */
function said({ message }: Error): string {
  const line = /^ *(?:stderr: )?error: (.+)$/m.exec(message)?.[1] ?? message;
  return quoted(line);
}

/** A secret stands in a settings file as a map with the key `secure`. */
function withoutSecrets(value: unknown): unknown {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter(([, each]) => (each as { secure?: unknown })?.secure === undefined),
      )
    : value;
}

async function withSecrets(stage: string): Promise<MachineSettings> {
  const { value } = await asking(stage, async () => {
    const workspace = await LocalWorkspace.create({ workDir: process.cwd() });
    return workspace.getConfig(stage, setting);
  });
  return checkMachineSettings(JSON.parse(value));
}
