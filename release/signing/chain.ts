import type { Ledger } from "../ledger";
import { imagesOf } from "../record";
import type { WantedRelease } from "../wanted";
import { type Envelope, readStatement } from "./attestations";
import { attestationTag } from "./beside";
import type { PublicKey } from "./keys";
import { provenanceType, type Statement } from "./provenance";
import { sbomTypes, sizeOf } from "./sbom";
import { approvalClaim, doubt } from "./proof";
import { isSigned, provenClaims } from "./signatures";
import { readImage } from "../../registry/client/manifest";

/** One thing that is looked at. */
export interface Link {
  what: string;
  holds: boolean;
  /** What was seen. */
  seen: string;
}

/** A release, with all that was looked at. */
export interface Chain {
  name: string;
  /** The digest of its record. */
  record: string;
  links: Link[];
  /** By service: the image that it has to run. */
  images: Record<string, string>;
}

/**
 * Looks at all that makes a release believable, by its keys alone: its record, the signature, its images, what they were made from, and who has
 * approved it.
 *
 * @param keys with the place that they are from
 * @param approvers by name
 * @throws Error where the ledger holds no such release
 */
export async function chainOf(
  ledger: Ledger,
  wanted: WantedRelease,
  keys: { keys: readonly PublicKey[]; place: string },
  approvers: readonly { name: string; key: PublicKey }[],
): Promise<Chain> {
  const { registry, repository } = ledger;
  const name = wanted.name ?? (await ledger.nameOf(wanted.record ?? ""));
  const named = await ledger.digestOf(name);
  const release = await ledger.find(name, wanted.record);
  const record = wanted.record ?? named ?? "";
  const proven = await provenClaims(registry, repository, record, keys.keys);
  const signed = await isSigned(registry, repository, record);
  const told = wanted.record === undefined ? undefined : "what was asked for";
  const reason = doubt({ name, digest: record, named, told, signed, proven, keys: keys.place });
  const links: Link[] = [
    {
      what: "record",
      holds: named === undefined || named === record,
      seen:
        named === undefined
          ? `${record}, which no name leads to`
          : named === record
            ? record
            : `its name leads to ${named}`,
    },
    {
      what: "signature",
      holds: reason === undefined,
      seen: reason ?? `by the key ${proven[0]?.key.id} of ${keys.place}`,
    },
  ];
  for (const { repository: of, digest } of distinct(imagesOf(release))) {
    const there = await registry.headManifest(of, digest);
    links.push({
      what: `image ${of}`,
      holds: there !== undefined,
      seen: there ? digest : `${digest} is not in the registry`,
    });
  }
  for (const { repository: of, digest } of distinct(Object.values(release.images))) {
    const said = await statementsOf(ledger, of, digest, keys.keys);
    links.push({ what: `provenance of ${of}`, ...provenanceSeen(said) });
    const sbom = sbomSeen(said);
    if (sbom !== undefined) links.push({ what: `SBOM of ${of}`, holds: true, seen: sbom });
  }
  const approvals = await provenClaims(
    registry,
    repository,
    record,
    approvers.map(({ key }) => key),
  );
  for (const { claim, key } of approvals) {
    const stage = claim.says[approvalClaim];
    const who = approvers.find((one) => one.key.id === key.id)?.name ?? key.id;
    if (stage !== undefined) links.push({ what: "approval", holds: true, seen: `${who}, for ${stage}` });
  }
  const images = Object.fromEntries(Object.entries(release.images).map(([service, image]) => [service, image.digest]));
  return { name, record, links, images };
}

/** What is said of an image in envelopes that a known key signed; undefined where nothing lies beside it. */
async function statementsOf(
  { registry }: Ledger,
  repository: string,
  digest: string,
  keys: readonly PublicKey[],
): Promise<Statement[] | undefined> {
  const manifest = await registry.findManifest(repository, attestationTag(digest));
  if (!manifest) return undefined;
  const found: Statement[] = [];
  for (const layer of readImage(manifest, "It").layers) {
    const envelope = JSON.parse(new TextDecoder().decode(await registry.readBlob(repository, layer))) as Envelope;
    const statement = readStatement(envelope, keys);
    if (statement?.subject.some((one) => `sha256:${one.digest.sha256}` === digest)) found.push(statement);
  }
  return found;
}

function provenanceSeen(said: readonly Statement[] | undefined): Pick<Link, "holds" | "seen"> {
  if (!said) return { holds: false, seen: "there is none" };
  const holds = said.some(({ predicateType }) => predicateType === provenanceType);
  return { holds, seen: holds ? `${provenanceType}, signed` : "none is signed with a known key" };
}

/** What a list of what an image holds is; undefined where there is none: a release without one is none the worse. */
function sbomSeen(said: readonly Statement[] = []): string | undefined {
  const types: readonly string[] = Object.values(sbomTypes);
  const found = said.find(({ predicateType }) => types.includes(predicateType));
  return found && `${found.predicateType}, ${sizeOf(found.predicate)} packages, signed`;
}

function distinct<T extends { repository: string; digest: string }>(images: readonly T[]): T[] {
  return [...new Map(images.map((image) => [`${image.repository}@${image.digest}`, image])).values()];
}
