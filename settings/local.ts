import { z } from "zod";
import type { MachineKindSettings } from "./machineKind";

/** This machine. */
export const localMachine = z.strictObject({ kind: z.literal("local") });

/** How this machine is written. */
export const local: MachineKindSettings<typeof localMachine> = {
  schema: localMachine,
  written: "{ kind: local }, this machine's Docker Engine",
};
