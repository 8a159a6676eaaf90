import type { MachineSettings } from "../../config";
import { inspectLocal } from "./local";
import { MachineError, type Machine } from "./machine";
import type { SshMachine } from "./ssh/host";
import { folderOf } from "./ssh/files";
import { inspectOverSsh } from "./ssh/reach";
import { writeSshFiles } from "./ssh/tunnel";

/**
 * Finds the way to a stage's machine, and looks at it.
 *
 * @param project the project's folder, absolute
 * @param registry the port of the machine's loopback address where its registry is to be found, where it has one
 * @throws Error saying what is wrong with it and what to do
 */
export async function reachMachine(settings: MachineSettings, project: string, registry?: number): Promise<Machine> {
  if (settings.kind === "local") return inspectLocal();
  if (settings.kind === "ssh") return inspectOverSsh(settings, project, registry);
  throw new MachineError(`A machine of the kind ${settings.kind} cannot be reached yet.`);
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
