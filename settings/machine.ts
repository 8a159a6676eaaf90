import { z } from "zod";
import { azureMachine, type AzureSettings } from "./azure";
import { gceMachine, type GceSettings } from "./gce";
import { sshMachine } from "./ssh";
import { sharedMachine } from "./vm";

/** Where a stage runs. */
export const machine = z.discriminatedUnion(
  "kind",
  [z.strictObject({ kind: z.literal("local") }), sshMachine, gceMachine, azureMachine, sharedMachine],
  {
    error:
      "{ kind: local }, this machine's Docker Engine, { kind: ssh, host: …, hostKey: … }, { kind: gce, project: …, zone: … }, { kind: azure, location: …, sshFrom: […] } or { kind: shared, of: … }, another stage's machine",
  },
);

/** Settings of a VM that a stage declares. */
export type VmSettings = GceSettings | AzureSettings;

/** The machine's settings, by kind. */
export type MachineSettings = z.infer<typeof machine>;
