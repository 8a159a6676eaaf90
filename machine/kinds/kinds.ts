import type { MachineSettings, MachineSettingsOf } from "../../settings/machine";
import { azure } from "./azure";
import { gce } from "./gce";
import type { MachineKind } from "./kind";
import { local } from "./local";
import { shared } from "./shared";
import { ssh } from "./ssh";

/** Every kind of machine, by its name in the settings. */
export const machineKinds: { [Kind in MachineSettings["kind"]]: MachineKind<MachineSettingsOf<Kind>> } = {
  local,
  ssh,
  gce,
  azure,
  shared,
};

/** Kinds of machines, by their names in the settings. */
export type MachineKinds = Readonly<Record<string, MachineKind>>;

/**
 * The kind of a machine.
 *
 * @param kinds those that there are
 */
export function kindOf<Settings extends { kind: string }>(
  { kind }: Settings,
  kinds: MachineKinds = machineKinds,
): MachineKind<Settings> {
  const found = kinds[kind];
  // The settings were checked for it.
  if (!found) throw new TypeError(`There is no kind of machine called ${kind}.`);
  return found as MachineKind<Settings>;
}
