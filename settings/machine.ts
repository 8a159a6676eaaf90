import type { z } from "zod";
import { azure } from "./azure";
import { gce } from "./gce";
import { local } from "./local";
import { machineOf, type MachineKindSettings, type OwnStage } from "./machineKind";
import { shared } from "./shared";
import { ssh } from "./ssh";

/** Every kind of machine, as far as a person writes of it. */
export const machineKinds = [local, ssh, gce, azure, shared] as const;

/** Where a stage runs. */
export const machine = machineOf(machineKinds);

/** The machine's settings, by kind. */
export type MachineSettings = z.infer<typeof machine>;

/** The settings of one kind of machine. */
export type MachineSettingsOf<Kind extends MachineSettings["kind"]> = Extract<MachineSettings, { kind: Kind }>;

/** Where a stage runs that does not say where. */
export const defaultMachine: MachineSettings = { kind: "local" };

/** The names of the secret settings of every kind. */
export const secretSettings: readonly string[] = (machineKinds as readonly MachineKindSettings[]).flatMap(
  ({ secret = [] }) => secret,
);

/**
 * Says what is wrong with a machine's settings in the stage that has them.
 *
 * @returns a sentence that begins with the setting's name, `machine.…`; undefined: nothing
 */
export function machineProblem(
  settings: MachineSettings,
  own: OwnStage,
  kinds: readonly MachineKindSettings[] = machineKinds,
): string | undefined {
  return kinds.find(({ schema }) => schema.shape.kind.value === settings.kind)?.problem?.(settings, own);
}
