import type { StageId } from "../docker/labels";
import { backupIdentity, recipientOf, type Identity } from "./age/keys";

/** What the state has of the key that a stage signs with. */
export interface StageKey {
  /** PEM. */
  privateKey: string;
  /** The private keys of backups from before that key was changed, the last one last. */
  former?: readonly string[];
}

/** The private keys that a stage's backups are read with, the present one first. */
export function stageIdentities({ privateKey, former = [] }: StageKey): Identity[] {
  return [backupIdentity(privateKey), ...[...former].reverse()];
}

/** The same as a file for `age -d -i` and `slipway restore --identity`. */
export function keyFile({ project, stage }: StageId, identities: readonly Identity[]): string {
  const keys = identities.flatMap((identity, index) => [
    `# ${index === 0 ? "the present key" : "a key from before slipway keys --rotate"}; its public part: ${recipientOf(identity)}`,
    identity,
  ]);
  return [`# reads the backups of ${project}/${stage}: keep it as you keep passwords`, ...keys].join("\n");
}
