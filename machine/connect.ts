import type { MachineSettings } from "../settings/machine";
import type { From } from "./kinds/kind";
import { kindOf, type MachineKinds } from "./kinds/kinds";
import type { FoundMachine } from "./machine";
import type { SshMachine } from "./ssh/host";
import { folderOf } from "./ssh/files";
import { writeSshFiles } from "./ssh/tunnel";

/**
 * Finds the way to a stage's machine, and looks at it.
 *
 * @param kinds the kinds of machines that there are
 * @throws Error saying what is wrong with it and what to do
 */
export function reachMachine(settings: MachineSettings, from: From, kinds?: MachineKinds): Promise<FoundMachine> {
  return kindOf(settings, kinds).reach(settings, from);
}

/**
 * Prepares the way to the machine of another stage.
 *
 * @param told what that stage's output `machine` says; undefined: it is on this machine
 * @param project the project's folder, absolute
 * @returns the folder with what `ssh` reads, relative to the project; undefined where it is this machine
 */
export function folderOn(told: SshMachine | undefined, project: string): string | undefined {
  if (told === undefined) return undefined;
  writeSshFiles(told, project);
  return folderOf(told);
}
