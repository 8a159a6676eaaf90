import type { MachineSettings } from "../settings/machine";
import type { SharedSettings } from "../settings/vm";
import type { StageId } from "../docker/labels";
import { inspectLocal } from "./kinds/local";
import { MachineError, type Machine } from "./machine";
import type { SshMachine } from "./ssh/host";
import { folderOf } from "./ssh/files";
import { inspectOverSsh } from "./kinds/ssh";
import { writeSshFiles } from "./ssh/tunnel";
import { stackOf, toldBy } from "./stackOutputs";

/**
 * Finds the way to a stage's machine, and looks at it.
 *
 * @param project the project's folder, absolute
 * @param registry the port of the machine's loopback address where its registry is to be found, where it has one
 * @throws Error saying what is wrong with it and what to do
 */
export async function reachMachine(
  settings: MachineSettings,
  stage: StageId,
  project: string,
  registry?: number,
): Promise<Machine> {
  switch (settings.kind) {
    case "local":
      return inspectLocal();
    case "ssh":
      return inspectOverSsh(settings, project, registry);
    case "shared":
      return reachShared(settings, stage, project, registry);
    default: {
      const { reachVm } = await import("./kinds/vm.js");
      return reachVm(settings, stage, project, registry);
    }
  }
}

/** The machine of another stage, which looks after it: this one only runs there. */
async function reachShared(
  { of }: SharedSettings,
  { project: name }: StageId,
  project: string,
  registry?: number,
): Promise<Machine> {
  const { isUp, machine } = await toldBy(stackOf({ project: name, stage: of }));
  const reached = machine ? await inspectOverSsh(machine, project, registry) : isUp ? await inspectLocal() : undefined;
  if (!reached || reached.lacksDocker) {
    throw new MachineError(
      `slipway:machine is that of the stage ${of}, which ${reached ? "has no Docker" : "is not there"} yet: bring that stage up first, with pulumi up -s ${of}.`,
    );
  }
  return reached;
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
