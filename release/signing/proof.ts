import type { PublicKey } from "./keys";
import type { Proven } from "./signatures";

/** What a signature of a release says: the release's name. */
export const releaseClaim = "slipway.release";
/** What an approval says: `project/stage`, for which it is given. */
export const approvalClaim = "slipway.approval";

/** What is known of a release's record before it is believed. */
export interface Evidence {
  name: string;
  /** Of the record that was read. */
  digest: string;
  /** The digest that the record's name leads to in the ledger; undefined where the name is gone. */
  named?: string;
  /** Who told the digest, as in "staging told"; undefined where only the name was asked for. */
  told?: string;
  /** Whether it bears any signature. */
  signed: boolean;
  /** What the owners of the known keys say of it. */
  proven: readonly Proven[];
  /** Where the keys are from, for people. */
  keys: string;
}

/**
 * Says why a release's record is not believed; undefined where it is.
 *
 * A record is what was signed by a key of the project, under this very name; and where a stage told its digest, what bears the name has to be that.
 */
export function doubt({ name, digest, named, told, signed, proven, keys }: Evidence): string | undefined {
  const release = `The release ${name}`;
  if (told !== undefined && named !== undefined && named !== digest) {
    return `${release} is another one in the ledger: its name leads to the record ${named}, and ${told} recorded ${digest}. Somebody has written to the registry: find out who. The release that was recorded can still be had, by its digest: pulumi config set slipway:release ${name}@${digest}.`;
  }
  if (!signed) {
    return `${release} bears no signature (record ${digest}): the stage that builds signs it, with pulumi up there. One that it no longer runs is signed by hand, after a look: slipway sign ${name}.`;
  }
  if (proven.length === 0) {
    return `${release} is signed, but by none of the keys in ${keys} (record ${digest}): somebody else has put it into the registry, or the key is not in ${keys} yet, which the stage that builds writes.`;
  }
  if (!proven.some(({ claim }) => claim.says[releaseClaim] === name)) {
    const others = [...new Set(proven.map(({ claim }) => claim.says[releaseClaim] ?? "something else"))];
    return `${release} bears a signature of ${others.join(" and of ")} (record ${digest}), not its own: somebody has put another record in its place.`;
  }
  return undefined;
}

/** What approvals a stage asks for, and what it got. */
export interface Approvals {
  /** How many it takes. */
  needed: number;
  /** `project/stage` */
  stage: string;
  /** Who may approve, by name. */
  approvers: readonly { name: string; key: PublicKey }[];
  /** The keys that sign releases, which approve nothing. */
  signers: readonly PublicKey[];
  /** What the owners of the approvers' keys say of the record. */
  proven: readonly Proven[];
}

/**
 * Says which approvals are missing; undefined where there are enough.
 *
 * @param name the release's
 */
export function unapproved(name: string, { needed, stage, approvers, signers, proven }: Approvals): string | undefined {
  const signing = new Set(signers.map(({ id }) => id));
  const counted = approvers.filter(({ key }) => !signing.has(key.id));
  const given = proven.filter(({ claim }) => claim.says[approvalClaim] === stage).map(({ key }) => key.id);
  const [done, open] = [
    counted.filter(({ key }) => given.includes(key.id)),
    counted.filter(({ key }) => !given.includes(key.id)),
  ];
  const distinct = new Set(done.map(({ key }) => key.id)).size;
  if (distinct >= needed) return undefined;
  const short = stage.slice(stage.indexOf("/") + 1);
  const whom =
    counted.length < needed
      ? `slipway-approvers/ holds ${counted.length === 0 ? "no key" : counted.length === 1 ? "the key of one person" : `the keys of ${counted.length} people`}: slipway approve makes one`
      : `${open.map((one) => one.name).join(" or ")} can, with slipway approve ${name} -s ${short}`;
  return `The release ${name} has ${distinct} of ${needed} approvals for ${short} (slipway:approvals): ${whom}.`;
}
