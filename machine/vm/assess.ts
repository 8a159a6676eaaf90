import type { VmStatus } from "./status";

/** How a stage's VM was found, at its plan. */
export type Sight =
  /** No update has told of one yet. */
  | { kind: "unmade" }
  | { kind: "answers"; lacksDocker: boolean }
  /** It told how it is reached, and is not. */
  | { kind: "silent"; said: string; status: VmStatus };

/** What follows from that. */
export interface Verdict {
  /** Another VM is made in the place of one that is gone. */
  gone: boolean;
  /** What waits for the VM waits again, although nothing of the VM has changed. */
  again: boolean;
  /** What the person should know. */
  warning?: string;
  /** Why the stage is not to be updated. */
  refusal?: string;
}

/** What a person is told who has to do something. */
export interface Ways {
  /** The command that starts a VM that is stopped. */
  start: string;
  /** What becomes of one that is gone, and what comes first, to end a sentence with. */
  gone: string;
}

/** What an update does about a VM that is gone. */
export const another = "this update makes another in its place, with the same address and data disk";

/**
 * The command that takes what is gone out of the state. All of the state cannot be refreshed: for what is in Docker, the Engine on the VM
 * would be asked.
 */
export function forgetting(component: string, stage: string): string {
  return `pulumi refresh --target '**${component}**' -s ${stage}`;
}

/** How long, in seconds, an update waits for a VM. */
export const timeout = 600;

/**
 * Decides what an update does with a stage's VM. One that does not answer need not stop it: the update may be what opens its firewall.
 *
 * @param name what people call the VM
 * @param ways what the person is told of one that is stopped or gone
 */
export function judge(name: string, { start, gone }: Ways, sight: Sight): Verdict {
  if (sight.kind === "unmade") return { gone: false, again: false };
  if (sight.kind === "answers") return { gone: false, again: sight.lacksDocker };
  const { status, said } = sight;
  if (status === "gone") {
    return { gone: true, again: true, warning: `${name} is gone: ${gone}.` };
  }
  if (status === "stopped") {
    return { gone: false, again: false, refusal: `${name} is stopped: start it, with ${start}.` };
  }
  const warning = `${name} does not answer (${said}), so this goes on without having looked at it; the update waits up to ${timeout / 60} minutes for it.`;
  return { gone: false, again: true, warning };
}
