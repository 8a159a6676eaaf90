import { z } from "zod";
import type { MachineKind } from "../../machine/kinds/kind";
import { machineKinds } from "../../machine/kinds/kinds";
import { nothingOn } from "../../machine/machine";
import { planStage, type StagePlan } from "../../plan/stage";
import type { MachineKindSettings } from "../../settings/machineKind";
import type { MachineSettings } from "../../settings/machine";
import { checkSettings } from "../../settings/settings";

const found = { name: "the machine here", ...nothingOn("linux/arm64"), lacksDocker: true };

/** A kind of machine that no other file knows, as a person writes it. */
export const hereSettings: MachineKindSettings = {
  schema: z.strictObject({ kind: z.literal("here") }),
  written: "{ kind: here }",
};

/** What Slipway is to know of it beside that: this machine by another name, with no Engine to ask. */
export const here: MachineKind<unknown> = {
  reach: () => Promise.resolve({ ...found, holds: (port) => Promise.resolve(port === 9) }),
  folder: () => Promise.resolve(undefined),
};

/** Every kind of machine, and that one. */
export const kinds = { ...machineKinds, here };

/**
 * Plans a stage that builds on a machine of that kind. Nothing but the project's folder is looked at: no registry answers.
 *
 * @param project the project's folder, a git repository
 * @param settings what the stage's settings say besides
 */
export async function planHere(project: string, settings: Record<string, unknown>): Promise<StagePlan> {
  const before = process.cwd();
  process.chdir(project);
  try {
    return await planStage(
      {
        ...checkSettings(settings),
        machine: { kind: "here" } as unknown as MachineSettings,
        registry: { kind: "local", port: 1, image: "registry:2", mirrors: { "docker.io": "http://127.0.0.1:1" } },
        project: "shop",
        stage: "staging",
        secretEnv: ["DB_PASSWORD"],
        ownRegistry: true,
        pins: [],
        siblingEnv: {},
      },
      kinds,
    );
  } finally {
    process.chdir(before);
  }
}
