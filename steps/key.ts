import { backupIdentity } from "../backup/age/keys";
import { Ledger } from "../release/ledger";
import { addReleaseKey, keyFile } from "../release/signing/keyFiles";
import { generateKeys, type KeyPair } from "../release/signing/keys";
import { sealOf } from "../release/signing/seal";
import type { RegistryPlan } from "../settings/registryPlan";
import type { Registry } from "../registry/client/registry";
import { reasonOf } from "../release/artifact";
import { connect } from "../registry/connect";
import type { Say } from "../docker/say";

/** What making a stage's key needs. */
export interface KeyInput {
  registry: RegistryPlan;
  /** The registry that releases are copied from, whose ledger is told of the stage's runs as well. */
  also?: RegistryPlan;
  project: string;
  stage: string;
  /** Another text makes another key. */
  rotate?: string;
  /** Whether it signs releases, so that others have to know it. */
  builds: boolean;
}

/** The key, which the state keeps as a secret. */
export interface KeyResult extends KeyPair {
  /** The text that it was made for. */
  rotate?: string;
  /** The private keys that backups were encrypted for before the key was changed, the last one last: those backups stay readable. */
  former?: string[];
}

/**
 * Makes the key pair by which a stage signs: once, and again where `rotate` is another text. What the ledger keeps of the stage is signed with
 * it at once: what was there before is taken as it is, or has to be signed with the key before.
 *
 * @param before the result of the last run, as the command provider hands it on; undefined or empty: there was none
 * @param root the project's folder, where the public key is written
 * @throws Error where the ledger holds what was not signed with the key before
 */
export async function key(
  input: KeyInput,
  say: Say,
  before = process.env["PULUMI_COMMAND_STDOUT"],
  root = process.cwd(),
): Promise<KeyResult> {
  const { project, stage, rotate, builds } = input;
  // What this step starts has no use for the key.
  delete process.env["PULUMI_COMMAND_STDOUT"];
  const old = before ? (JSON.parse(before) as KeyResult) : undefined;
  const pair = keyFor(old, rotate);
  if (builds) {
    const about = `signs the releases of ${project}, made by ${stage} on ${new Date().toISOString().slice(0, 10)}`;
    if (addReleaseKey(root, pair.publicKey, about)) {
      say(`${keyFile} has the key by which the releases are known from now on: commit it`);
    }
  }
  if (pair !== old) {
    await signDocuments(await connect(input.registry, say), input, pair, old);
    if (input.also) {
      // What counts is on the stage's own machine.
      await connect(input.also, say)
        .then((registry) => signDocuments(registry, input, pair, old))
        .catch((error: unknown) => say(`the ledger that releases come from was not told: ${reasonOf(error)}`));
    }
  }
  return pair;
}

/**
 * The key that a stage has from now on: the one before, or another one that keeps what reads its earlier backups.
 *
 * @param old the one before; undefined: there was none
 */
export function keyFor(old: KeyResult | undefined, rotate: string | undefined): KeyResult {
  if (!old) return { ...generateKeys(), rotate };
  if (old.rotate === rotate) return old;
  return { ...generateKeys(), rotate, former: [...(old.former ?? []), backupIdentity(old.privateKey)] };
}

async function signDocuments(
  registry: Registry,
  { project, stage }: KeyInput,
  { privateKey }: KeyPair,
  old: KeyPair | undefined,
): Promise<void> {
  const own = sealOf(stage, privateKey);
  const seal = old
    ? { ...own, keys: [...own.keys, ...sealOf(stage, old.privateKey).keys] }
    : { ...own, takesOver: true };
  await new Ledger(registry, project, seal).signDocuments(stage);
}
