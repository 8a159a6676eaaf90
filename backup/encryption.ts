import { join, relative } from "node:path";
import { recipientOf, type Identity } from "./age/keys";
import type { Manifest, Saved } from "./manifest";
import { line, piped } from "./shell";

/** For whom backups are encrypted: public keys, as age writes them. */
export interface Recipients {
  /** The stage's own, whose private key is in its state; undefined where it has none yet. */
  own?: string;
  /** Further ones, from the settings. */
  others: readonly string[];
}

/** All keys of the recipients, each once; none: backups lie in clear. */
export function keysOf({ own, others }: Recipients): string[] {
  return [...new Set([...(own === undefined ? [] : [own]), ...others])];
}

/** How a part of a script begins that has no use for the keys. */
const keyless = "exec 5<&-\n";

/**
 * A command that encrypts its input for recipients, in the format of age. It runs beside the `docker` command, so what lies on the machine is
 * never in clear.
 */
export function encrypting(recipients: readonly string[]): string {
  return line(process.execPath, program(), "encrypt", ...recipients);
}

/**
 * A part of a script that prints a backup's file as it came out of its service. For one that is encrypted, the script's standard input is
 * what {@link keysFor} tells.
 *
 * @param reading prints the file as it lies
 */
export function asSaved(reading: string, { age }: Saved): string {
  if (!age) return reading;
  return piped(`${keyless}${reading}`, line(process.execPath, program(), "decrypt"));
}

/**
 * A script with such a part, and another one that reads what it prints. Only the part that decrypts gets the keys.
 *
 * @param reading prints the file as it lies
 */
export function restoring(reading: string, saved: Saved, consumer: string): string {
  if (!saved.age) return piped(reading, consumer);
  return `exec 5<&0 </dev/null
${piped(asSaved(reading, saved), `${keyless}${consumer}`)}`;
}

/** What a script that decrypts reads on its standard input; undefined for a file that lies in clear. */
export function keysFor({ age }: Saved, identities: readonly Identity[]): string | undefined {
  return age && identities.map((identity) => `${identity}\n`).join("");
}

/**
 * Makes sure that a backup can be read with the keys at hand, by what its manifest says.
 *
 * @param names the services of it that are read
 * @param place where the keys are from
 * @throws Error that says whom the backup is encrypted for, and whose keys are at hand
 */
export function checkKeys(
  { id, services }: Manifest,
  names: readonly string[],
  identities: readonly Identity[],
  place: string,
): void {
  const have = identities.map(recipientOf);
  for (const name of names) {
    const { age } = services[name] as Saved;
    if (!age || age.some((one) => have.includes(one))) continue;
    throw new Error(
      `The backup ${id} of ${name} is encrypted for ${age.join(", ")}, and ${place} has the key of ${have.join(", ")}: give the file with the right key, with --identity.`,
    );
  }
}

/** Whether any of these services is encrypted in a backup. */
export function isEncrypted({ services }: Pick<Manifest, "services">, names: readonly string[]): boolean {
  return names.some((name) => services[name]?.age !== undefined);
}

/** The program of such a pipe: compiled, also where the sources are run. */
function program(): string {
  const root = join(__dirname, "..");
  const built = relative(root, __filename).endsWith(".ts") ? join(root, "dist") : root;
  return join(built, "backup", "age", "main.js");
}
