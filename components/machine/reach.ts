import type { MachineSettings } from "../../config";
import { forward } from "../registry/forwards";
import { inspectLocal } from "./local";
import { MachineError, type Machine } from "./machine";
import { inspectOverSsh } from "./ssh/reach";

/**
 * Finds the way to a stage's machine, and looks at it.
 *
 * @param project the project's folder, absolute
 * @param registry the port of the machine's loopback address where its registry is to be found, where it has one
 * @throws Error saying what is wrong with it and what to do
 */
export async function reachMachine(settings: MachineSettings, project: string, registry?: number): Promise<Machine> {
  if (settings.kind === "local") {
    return inspectLocal();
  }
  if (settings.kind !== "ssh") {
    throw new MachineError(`A machine of the kind ${settings.kind} cannot be reached yet.`);
  }
  const { port, ...machine } = await inspectOverSsh(settings, project, registry);
  if (registry !== undefined && port !== undefined) forward(`127.0.0.1:${registry}`, port);
  return machine;
}
