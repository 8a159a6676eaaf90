import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type PublicKey, publicKeyOf, publicKeysIn } from "./keys";

/** The file beside Pulumi.yaml with the public keys by which the project's releases are known, the newest first. */
export const keyFile = "slipway.pub";
/** The folder beside it with the public keys of those who approve, a file each. */
export const approversFolder = "slipway-approvers";

/**
 * The keys by which the project's releases are known.
 *
 * @param root the project's folder
 * @returns undefined where there is no such file
 * @throws Error naming the file where it cannot be read
 */
export function releaseKeys(root: string): PublicKey[] | undefined {
  const file = join(root, keyFile);
  return existsSync(file) ? publicKeysIn(readFileSync(file, "utf8"), keyFile) : undefined;
}

/**
 * The keys whose word a stage that builds takes for its own: its key, and those that the project's releases are known by, since a stage whose state
 * was lost, or that was destroyed, has another key than before.
 *
 * @param privateKey the stage's, in PEM
 * @param root the project's folder
 */
export function ownKeys(privateKey: string, root: string): PublicKey[] {
  return [...publicKeysIn(publicKeyOf(privateKey), "The stage's key"), ...(releaseKeys(root) ?? [])];
}

/**
 * Writes a key before those that the file holds, unless it is among them.
 *
 * @param about a line for people
 * @returns whether it is new there
 * @throws Error naming the file where it cannot be read
 */
export function addReleaseKey(root: string, pem: string, about: string): boolean {
  const [key] = publicKeysIn(pem, "The new key");
  const known = releaseKeys(root);
  if (known?.some(({ id }) => id === key?.id)) return false;
  const file = join(root, keyFile);
  const rest = known ? `\n${readFileSync(file, "utf8")}` : "";
  writeFileSync(file, `# ${about}\n${pem.trim()}\n${rest}`);
  return true;
}

/**
 * Those who may approve releases, by the names of their files.
 *
 * @param root the project's folder
 * @throws Error naming a file that holds no public key
 */
export function approvers(root: string): { name: string; key: PublicKey }[] {
  const folder = join(root, approversFolder);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".pub"))
    .sort();
  return files.flatMap((file) =>
    publicKeysIn(readFileSync(join(folder, file), "utf8"), `${approversFolder}/${file}`).map((key) => ({
      name: basename(file, ".pub"),
      key,
    })),
  );
}
