import type { Ledger } from "../ledger";
import type { WantedRelease } from "../wanted";
import { approvers, keyFile, releaseKeys } from "./keyFiles";
import { type PublicKey, publicKeysIn } from "./keys";
import { doubt, unapproved } from "./proof";
import { isSigned, provenClaims } from "./signatures";

/** By what a stage believes a release. */
export interface Trust {
  /** The project's folder, with the public keys. */
  root: string;
  /** `project/stage` */
  stage: string;
  /** Who told the release, as in "staging"; undefined where a person named it. */
  teller?: string;
  /** The key, in PEM, that the stage told by which its releases are known: taken where the project's folder has none. */
  told?: string;
  /** How many others have to approve it. */
  approvals: number;
}

/** A release that is believed. */
export interface BelievedRelease {
  name: string;
  /** The digest of its record. */
  record: string;
  /** What a person should be told of how it came to be believed. */
  notice?: string;
}

/**
 * Finds a release's record and makes sure that it is the one that the project's own stage signed: the registry's word is not enough, because whoever
 * may write to it could put another there.
 *
 * @throws Error with a sentence that says why it is not believed, and what to do
 */
export async function believe(ledger: Ledger, wanted: WantedRelease, trust: Trust): Promise<BelievedRelease> {
  const { registry, repository } = ledger;
  const name = wanted.name ?? (await ledger.nameOf(wanted.record ?? ""));
  const named = await ledger.digestOf(name);
  const record = wanted.record ?? named ?? (await unknown(ledger, name));
  const keys = keysFor(trust);
  const [signed, proven] = await Promise.all([
    isSigned(registry, repository, record),
    provenClaims(registry, repository, record, keys.keys),
  ]);
  // What a person names by its digest is what that person means, whatever bears the name.
  const told = trust.teller !== undefined && wanted.record !== undefined ? trust.teller : undefined;
  const reason = doubt({ name, digest: record, named, told, signed, proven, keys: keys.place });
  if (reason !== undefined) throw new Error(reason);
  if (trust.approvals > 0) {
    const known = approvers(trust.root);
    const missing = unapproved(name, {
      needed: trust.approvals,
      stage: trust.stage,
      approvers: known,
      signers: keys.keys,
      proven: await provenClaims(
        registry,
        repository,
        record,
        known.map(({ key }) => key),
      ),
    });
    if (missing !== undefined) throw new Error(missing);
  }
  return { name, record, ...(keys.notice === undefined ? {} : { notice: keys.notice }) };
}

interface Keys {
  keys: PublicKey[];
  /** Where they are from. */
  place: string;
  notice?: string;
}

function keysFor({ root, teller, told }: Trust): Keys {
  const keys = releaseKeys(root);
  if (keys) return { keys, place: keyFile };
  if (told === undefined) {
    throw new Error(
      `${keyFile} is missing, by which this project's releases are known: pulumi up of the stage that builds writes it beside Pulumi.yaml; commit it there, and have it here.`,
    );
  }
  return {
    keys: publicKeysIn(told, `The output ledger.key of ${teller}`),
    place: `the outputs of ${teller}`,
    notice: `${keyFile} is not in this folder: the release is believed by the key that ${teller} tells. Commit the file, so that a change of the key shows.`,
  };
}

/** Throws as the ledger does for a name that it does not hold. */
async function unknown(ledger: Ledger, name: string): Promise<string> {
  await ledger.find(name);
  throw new Error(`The release ${name} is not in the ledger any more.`);
}
