import { execFile } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { type Descriptor, isIndexType, readImage, readIndex } from "../../registry/client/manifest";
import type { Registry } from "../../registry/client/registry";
import type { ReleaseImage } from "../record";
import { statementOf, type Statement } from "./provenance";

/** The types of lists of what an image holds, by which others know them (https://github.com/in-toto/attestation/tree/main/spec/predicates). */
export const sbomTypes = { spdx: "https://spdx.dev/Document", cyclonedx: "https://cyclonedx.org/bom" } as const;

/** The program that makes such lists (https://github.com/anchore/syft). */
const generator = "syft";

/** How long, in milliseconds, it may take for an image. */
const limit = 600_000;

/** The largest list, in bytes: one that is larger would not be read again either. */
const largest = 32 * 2 ** 20;

/** Whether the generator is there. */
export async function hasGenerator(environment: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  return promisify(execFile)(generator, ["version"], { env: environment, timeout: 30_000 }).then(
    () => true,
    () => false,
  );
}

/**
 * Lists what an image holds. The generator gets the image in a folder, and so neither a login nor a way to the registry.
 *
 * @returns the list as a statement about the image
 * @throws Error where the image cannot be read, or the generator fails or prints something else
 */
export async function sbomOf(
  registry: Registry,
  image: ReleaseImage,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Statement> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-sbom-"));
  try {
    await layOut(registry, image, folder);
    const { stdout } = await promisify(execFile)(generator, [`oci-dir:${folder}`, "-o", "spdx-json", "--quiet"], {
      // It would ask its makers whether there is a newer one.
      env: { ...environment, SYFT_CHECK_FOR_APP_UPDATE: "false" },
      timeout: limit,
      maxBuffer: largest,
    });
    const predicate: unknown = JSON.parse(stdout);
    return statementOf(image, typeOf(predicate), predicate);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error for what is no such list */
export function typeOf(list: unknown): string {
  const { spdxVersion, bomFormat } = (list ?? {}) as { spdxVersion?: unknown; bomFormat?: unknown };
  if (typeof spdxVersion === "string") return sbomTypes.spdx;
  if (bomFormat === "CycloneDX") return sbomTypes.cyclonedx;
  throw new Error("it printed neither SPDX nor CycloneDX");
}

/** How many packages a list has. */
export function sizeOf(list: unknown): number {
  const { packages, components } = (list ?? {}) as { packages?: unknown; components?: unknown };
  const all = packages ?? components;
  return Array.isArray(all) ? all.length : 0;
}

/** Writes an image into a folder (https://github.com/opencontainers/image-spec/blob/main/image-layout.md). */
async function layOut(
  registry: Registry,
  { repository, digest, platform }: ReleaseImage,
  folder: string,
): Promise<void> {
  const place = (of: string): string => join(folder, "blobs", ...of.split(":"));
  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  let manifest = await registry.getManifest(repository, digest);
  if (isIndexType(manifest.mediaType)) {
    const one = readIndex(manifest, repository).manifests.find((each) => isFor(each, platform));
    if (!one) throw new Error(`${repository}@${digest} has no image for ${platform}`);
    manifest = await registry.getManifest(repository, one.digest);
  }
  const { mediaType, bytes, digest: own } = manifest;
  const { config, layers } = readImage(manifest, repository);
  writeFileSync(place(own), bytes);
  for (const blob of new Map([config, ...layers].map((each) => [each.digest, each])).values()) {
    await pipeline(Readable.from(registry.streamBlob(repository, blob)), createWriteStream(place(blob.digest)));
  }
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const manifests = [{ mediaType, digest: own, size: bytes.byteLength }];
  writeFileSync(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests }));
}

function isFor({ platform }: Descriptor, wanted: string): boolean {
  const [os, architecture, variant] = wanted.split("/");
  return (
    platform?.os === os &&
    platform?.architecture === architecture &&
    (variant === undefined || platform?.variant === variant)
  );
}
