import { z } from "zod";
import type { MachineKindSettings } from "./machineKind";
import { textLike } from "./texts";

/** The machine of another stage, which declares it. */
export const sharedMachine = z.strictObject({
  kind: z.literal("shared"),
  of: textLike(
    /^[A-Za-z0-9._-]+((\/[A-Za-z0-9._-]+){2})?$/,
    "the stage whose machine it is, such as staging, or acme/shop/staging where it is another project's",
  ).describe("The stage whose machine it is: a stack of this project, or `<organization>/<project>/<stack>`."),
});

/** How the machine of another stage is written. */
export const shared: MachineKindSettings<typeof sharedMachine> = {
  schema: sharedMachine,
  written: "{ kind: shared, of: … }, another stage's machine",
  // A stage that is on its own machine would wait for itself.
  problem: ({ of }, { stage, full }) =>
    of === (of.includes("/") ? full() : stage)
      ? `machine.of is ${of}, this stage itself: name another stage, such as staging, or say what its own machine is.`
      : undefined,
};

/** Settings of a stage that runs on another stage's machine. */
export type SharedSettings = z.infer<typeof sharedMachine>;
