import { sign as signBytes } from "node:crypto";
import type { Registry } from "../../registry/client/registry";
import { encode } from "../artifact";
import { attestationTag, putBeside, signatureAnnotation } from "./beside";
import type { Statement } from "./provenance";
import { type PublicKey } from "./keys";
import { isSignedBy } from "./payload";

const envelopeType = "application/vnd.dsse.envelope.v1+json";
const statementType = "application/vnd.in-toto+json";

/** A statement in its signed envelope (https://github.com/secure-systems-lab/dsse/blob/master/envelope.md). */
export interface Envelope {
  payloadType: string;
  /** Base64. */
  payload: string;
  signatures: { keyid: string; sig: string }[];
}

/**
 * Signs a statement.
 *
 * @param privateKey in PEM
 */
export function signStatement(statement: Statement, privateKey: string): Envelope {
  const payload = encode(statement);
  const signature = signBytes("sha256", preAuthentication(statementType, payload), privateKey);
  return {
    payloadType: statementType,
    payload: Buffer.from(payload).toString("base64"),
    signatures: [{ keyid: "", sig: signature.toString("base64") }],
  };
}

/** The statement in an envelope that one of the keys signed; undefined where none did. */
export function readStatement(envelope: Envelope, keys: readonly PublicKey[]): Statement | undefined {
  const payload = Buffer.from(envelope.payload, "base64");
  const bytes = preAuthentication(envelope.payloadType, payload);
  const proven = envelope.signatures.some(({ sig }) => keys.some((key) => isSignedBy(bytes, sig, key)));
  return proven ? (JSON.parse(payload.toString("utf8")) as Statement) : undefined;
}

/**
 * Puts attestations beside a manifest, in the place of those that were there.
 *
 * @param signed each with its predicate's type
 */
export async function putAttestations(
  registry: Registry,
  repository: string,
  digest: string,
  signed: readonly { envelope: Envelope; predicateType: string }[],
): Promise<void> {
  const parts = signed.map(({ envelope, predicateType }) => ({
    mediaType: envelopeType,
    content: encode(envelope),
    annotations: { [signatureAnnotation]: "", predicateType },
  }));
  await putBeside(registry, repository, attestationTag(digest), parts);
}

/** DSSE's pre-authentication encoding, version 1. */
function preAuthentication(type: string, payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.byteLength} `), payload]);
}
