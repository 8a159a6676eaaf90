// Talks to a registry on loopback by the OCI distribution specification.
//   node index.mjs has  HOST:PORT/REPOSITORY MARK NAME   exits 0 if the tag NAME is an index of the manifest tagged MARK
//   node index.mjs wrap HOST:PORT/REPOSITORY MARK NAME   makes it so
// Public images are indexes (several platforms under one digest), so what stands in for them is one too.
/* global fetch */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import process from "node:process";

const manifestType = "application/vnd.docker.distribution.manifest.v2+json";
const indexType = "application/vnd.oci.image.index.v1+json";

const [, , verb, reference = "", mark, name] = process.argv;
const [, host, repository] = /^([^/]+)\/(.+)$/.exec(reference) ?? [];
const base = `http://${host}/v2/${repository}`;

/** The bytes under a tag in the given media type; undefined where the registry has none. */
async function manifest(tag, type) {
  const answer = await fetch(`${base}/manifests/${tag}`, { headers: { accept: type } });
  return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
}

const digestOf = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Whether the tag NAME is an index that lists the manifest tagged MARK. */
async function isOffered() {
  const [marked, index] = await Promise.all([manifest(mark, manifestType), manifest(name, indexType)]);
  return Boolean(marked && index && JSON.parse(index).manifests?.[0]?.digest === digestOf(marked));
}

/** Puts an index of the manifest tagged MARK under the tag NAME. */
async function wrap() {
  const bytes = await manifest(mark, manifestType);
  const config = await fetch(`${base}/blobs/${JSON.parse(bytes).config.digest}`).then((answer) => answer.json());
  const platform = { architecture: config.architecture, os: config.os };
  const manifests = [{ mediaType: manifestType, digest: digestOf(bytes), size: bytes.length, platform }];
  const answer = await fetch(`${base}/manifests/${name}`, {
    method: "PUT",
    headers: { "content-type": indexType },
    body: JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }),
  });
  if (!answer.ok) throw new Error(`${base}: index refused with ${answer.status}: ${await answer.text()}`);
}

if (verb === "wrap") await wrap();
else process.exitCode = (await isOffered()) ? 0 : 1;
