import type { SharedSettings } from "../../settings/shared";
import { MachineError, type FoundMachine } from "../machine";
import { stackOf, toldBy } from "../stackOutputs";
import type { From, MachineKind } from "./kind";
import { inspectLocal } from "./local";
import { inspectOverSsh } from "./ssh";

/** The machine of another stage, which looks after it: this one only runs there. */
export const shared: MachineKind<SharedSettings> = {
  reach: reachShared,
  folder: ({ of }, { byOutputs }) => byOutputs(of),
};

async function reachShared(
  { of }: SharedSettings,
  { stage: { project }, directory, registry }: From,
): Promise<FoundMachine> {
  const { isUp, machine } = await toldBy(stackOf({ project, stage: of }));
  const reached = machine
    ? await inspectOverSsh(machine, directory, registry)
    : isUp
      ? await inspectLocal()
      : undefined;
  if (!reached || reached.lacksDocker) {
    throw new MachineError(
      `slipway:machine is that of the stage ${of}, which ${reached ? "has no Docker" : "is not there"} yet: bring that stage up first, with pulumi up -s ${of}.`,
    );
  }
  return reached;
}
