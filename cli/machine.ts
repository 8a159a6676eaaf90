import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import { folderOf } from "../components/machine/ssh/files";
import { writeSshFiles } from "../components/machine/ssh/tunnel";
import { tunnelTo } from "../components/machine/ssh/tunnels";
import { checkMachineSettings, type MachineSettings } from "../config";

const setting = "slipway:machine";

/**
 * Makes the `docker` command of this process, and of all that it starts, talk to the Engine of a stage's machine. Where that is this
 * machine, it does so already.
 *
 * @throws Error where its settings are wrong, or it cannot be reached
 */
export async function goToMachineOf(stage: string): Promise<void> {
  const folder = await machineOf(stage);
  if (folder !== undefined) process.env["DOCKER_HOST"] = (await tunnelTo(folder)).dockerHost;
}

/**
 * The folder with what `ssh` reads to reach a stage's machine; undefined where it is this machine. A preview has written it: only where
 * none was made in this folder is Pulumi asked for what is secret in the settings.
 *
 * @throws Error where the stage's settings are wrong
 */
export async function machineOf(stage: string): Promise<string | undefined> {
  const file = ["yaml", "yml"].map((ending) => join(process.cwd(), `Pulumi.${stage}.${ending}`)).find(existsSync);
  const { config = {} } = file === undefined ? {} : (parse(readFileSync(file, "utf8")) as Settings);
  const machine = checkMachineSettings(withoutSecrets(config[setting]));
  if (machine.kind === "local") return undefined;
  const folder = folderOf(machine);
  if (!existsSync(join(folder, "host.json"))) writeSshFiles(await withSecrets(stage), process.cwd());
  return folder;
}

type Settings = { config?: Record<string, unknown> };

type Elsewhere = Exclude<MachineSettings, { kind: "local" }>;

/** A secret stands in a settings file as a map with the key `secure`. */
function withoutSecrets(value: unknown): unknown {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).filter(([, each]) => (each as { secure?: unknown })?.secure === undefined),
      )
    : value;
}

async function withSecrets(stage: string): Promise<Elsewhere> {
  const workspace = await LocalWorkspace.create({ workDir: process.cwd() });
  const { value } = await workspace.getConfig(stage, setting);
  return checkMachineSettings(JSON.parse(value)) as Elsewhere;
}
