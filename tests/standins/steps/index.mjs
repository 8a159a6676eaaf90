// Talks to a registry on loopback by the OCI distribution specification.
//   node index.mjs has  HOST:PORT/REPOSITORY MARK NAME   exits 0 if the tag NAME is an index of the image tagged MARK
//   node index.mjs wrap HOST:PORT/REPOSITORY MARK NAME   makes it so
// Public images are indexes (several platforms under one digest), so what stands in for them is one too.
/* global fetch */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import process from "node:process";

const imageTypes = [
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
];
const indexType = "application/vnd.oci.image.index.v1+json";

const [, , verb, reference = "", mark, name] = process.argv;
const [, host, repository] = /^([^/]+)\/(.+)$/.exec(reference) ?? [];
const base = `http://${host}/v2/${repository}`;

/** What is under a tag or digest, in one of the given media types; undefined where the registry has none. */
async function manifest(what, types) {
  const answer = await fetch(`${base}/manifests/${what}`, { headers: { accept: types.join(", ") } });
  if (!answer.ok) return undefined;
  const bytes = Buffer.from(await answer.arrayBuffer());
  return { bytes, type: (answer.headers.get("content-type") ?? "").split(";")[0], content: JSON.parse(bytes) };
}

/** The image that was pushed. An Engine whose images are in containerd's store may push an index, with notes on the build in it. */
async function pushed() {
  const found = await manifest(mark, [...imageTypes, indexType]);
  if (found?.type !== indexType) return found;
  const [image] = found.content.manifests.filter(({ platform }) => platform && platform.os !== "unknown");
  return image && manifest(image.digest, imageTypes);
}

const digestOf = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Whether the tag NAME is an index that lists the image tagged MARK. */
async function isOffered() {
  const [image, index] = await Promise.all([pushed(), manifest(name, [indexType])]);
  return Boolean(image && index?.content.manifests?.[0]?.digest === digestOf(image.bytes));
}

/** Puts an index of the image tagged MARK under the tag NAME. */
async function wrap() {
  const image = await pushed();
  if (!image) throw new Error(`${base}: there is no image tagged ${mark}`);
  const { type, bytes, content } = image;
  const config = await fetch(`${base}/blobs/${content.config.digest}`).then((answer) => answer.json());
  const platform = { architecture: config.architecture, os: config.os };
  const manifests = [{ mediaType: type, digest: digestOf(bytes), size: bytes.length, platform }];
  const answer = await fetch(`${base}/manifests/${name}`, {
    method: "PUT",
    headers: { "content-type": indexType },
    body: JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests }),
  });
  if (!answer.ok) throw new Error(`${base}: index refused with ${answer.status}: ${await answer.text()}`);
}

if (verb === "wrap") await wrap();
else process.exitCode = (await isOffered()) ? 0 : 1;
