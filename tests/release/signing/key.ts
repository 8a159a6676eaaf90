import type { Ledger } from "../../../release/ledger";
import { generateKeys, publicKeysIn } from "../../../release/signing/keys";
import { releaseClaim } from "../../../release/signing/proof";
import { addSignature } from "../../../release/signing/signatures";

/** A stage's key pair. */
export const pair = generateKeys();
/** Its private part. */
export const signingKey = pair.privateKey;
/** Its public part. */
export const publicKey = publicKeysIn(pair.publicKey, "The test's key")[0] ?? fail();

/** Signs the release that bears a name, as the stage that builds does, and gives the digest of its record. */
export async function signed(ledger: Ledger, name: string, says = name): Promise<string> {
  const digest = (await ledger.digestOf(name)) ?? fail();
  const claim = { repository: ledger.repository, digest, says: { [releaseClaim]: says } };
  await addSignature(ledger.registry, claim, signingKey);
  return digest;
}

function fail(): never {
  throw new Error("There is no such thing.");
}
