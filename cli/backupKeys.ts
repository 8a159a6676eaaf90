import { readFileSync } from "node:fs";
import { identitiesIn, type Identity } from "../backup/age/keys";
import type { Recipients } from "../backup/encryption";
import { stageIdentities } from "../backup/keyFile";
import type { Manifest } from "../backup/manifest";
import { checkBackupSettings } from "../settings/settings";
import { settingsOf } from "../settings/stackFiles";
import { keyOfStage } from "./signingKey";
import { outputsOfStage } from "./stage";
import { isOnRunner } from "./told";

/** Private keys for reading backups, and where they are from, for errors. */
export interface KeysAtHand {
  identities: Identity[];
  place: string;
}

/**
 * For whom a backup is encrypted that a person asks for. The stage's own key is told by its outputs, or by the newest backup where these
 * cannot be had; others by its settings file.
 *
 * @param backups oldest first
 * @throws Error where the settings name something else than a key
 */
export async function recipientsOf(
  stage: string,
  backups: readonly Pick<Manifest, "recipient">[],
): Promise<Recipients> {
  const { recipients: others } = checkBackupSettings(settingsOf(process.cwd(), stage)["slipway:backup"]);
  const { recipient } = await outputsOfStage(stage).catch(() => ({ recipient: undefined }));
  return { own: recipient ?? backups.findLast(({ recipient }) => recipient !== undefined)?.recipient, others };
}

/**
 * The private keys that a backup is read with: from a file, or else from the stage's state.
 *
 * @param file as `--identity` names it
 * @throws Error where the file holds none, or the state cannot be read
 */
export async function keysAtHand(stage: string, file: string | undefined): Promise<KeysAtHand> {
  if (file !== undefined) return { identities: identitiesIn(read(file), file), place: file };
  try {
    return { identities: await identitiesOfStage(stage), place: `the state of ${stage}` };
  } catch (error) {
    throw new Error(
      `The backup is encrypted, and its key cannot be had from the state of ${stage}: name the file that you keep it in, with --identity <file>. ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/**
 * The private keys of a stage's backups, from its state; the present one first.
 *
 * @throws Error where its state cannot be read, or has no key yet
 */
export async function identitiesOfStage(stage: string): Promise<Identity[]> {
  if (isOnRunner(stage)) {
    throw new Error(
      `The embedded runner has the stage ${stage}: npx slipway-runner key -s ${stage} prints the key that its backups are read with.`,
    );
  }
  return stageIdentities(await keyOfStage(stage));
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`${file}, which --identity names, cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
