import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";

/** The file with the passphrase of a state folder, which all engines that keep their state there share. */
export function passphraseOf(stateFolder: string): string {
  const file = `${stateFolder}.passphrase`;
  if (!existsSync(file)) {
    writeFileSync(file, randomBytes(12).toString("hex"), { mode: 0o600 });
  }
  return file;
}
