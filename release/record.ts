import { z } from "zod";

const image = z.looseObject({
  /** Path in the registry, without its host. */
  repository: z.string(),
  /** `sha256:…` of the platform's own manifest. */
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  /** `os/architecture[/variant]`, for example `linux/amd64`. */
  platform: z.string(),
});

const bundle = image.extend({
  /** Differs with the content, whichever image holds it. */
  key: z.string(),
  /** Bytes of its files. */
  size: z.number(),
});

/** The ledger's record of a release, without its files. Fields of a later version are kept unread. */
export const releaseRecord = z.looseObject({
  /** `v<commit>-<UTC yyyymmdd-hhmmss>`, with `-dirty` where uncommitted files entered. */
  name: z.string(),
  /** Git commit. */
  commit: z.string(),
  dirty: z.boolean(),
  /** ISO 8601, UTC. */
  createdAt: z.iso.datetime(),
  /** Compose files in merge order: keys of `files`. */
  compose: z.array(z.string()),
  /** By service, for every service, built or third-party. */
  images: z.record(z.string(), image),
  /** By service: the build arguments that it was built with. */
  buildArgs: z.record(z.string(), z.record(z.string(), z.string())),
  /** The executable ones among `files`, such as a mounted script. */
  executable: z.array(z.string()).optional(),
  /**
   * The paths that a stage that takes the release over reads in its own work tree: git ignores them, or they are secrets. Undefined in
   * records from before they were named.
   */
  own: z.array(z.string()).optional(),
  /**
   * By service: the published ports of its containers on which they answered by HTTP when the release was verified,
   * where no file says so. Absent in records of before, and where none did.
   */
  http: z.record(z.string(), z.array(z.number())).optional(),
  /** Content too large for `files`: the images that hold mounted files, by path (bundles.ts). */
  bundles: z.record(z.string(), bundle).optional(),
});

const stageRun = z.looseObject({
  /** Name of the release. */
  release: z.string(),
  /** The digest of its record. */
  record: z.string().optional(),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** The person or account that ran the update. */
  by: z.string(),
  kind: z.enum(["staging", "promotion", "rollback"]),
  /** Whether the `slipway:release` setting held the stage there. */
  pinned: z.boolean().optional(),
  /** The changes of a promotion: releases by name, services by name. */
  promotion: z
    .looseObject({
      from: z.string().nullable(),
      to: z.string(),
      changed: z.array(z.string()),
      unchanged: z.array(z.string()),
    })
    .optional(),
  /** Whether each job ran, in the words of the preview; only where the stage took the release over. */
  jobs: z.record(z.string(), z.string()).optional(),
  /** Name of the backup taken before. */
  backup: z.string().optional(),
});

/** The ledger's record of a stage: its runs, oldest first. */
export const stageHistory = z.looseObject({ stage: z.string(), runs: z.array(stageRun) });

/** Removes the signature that accepts any further field: records that Slipway writes have none. */
type Known<T> = T extends (infer Item)[]
  ? Known<Item>[]
  : T extends object
    ? { [K in keyof T as string extends K ? never : K]: Known<T[K]> }
    : T;

/** An image of a release, which a stage may reach by any of its registry's hosts. */
export type ReleaseImage = Known<z.infer<typeof image>>;

/** An image with mounted files, or with the files that describe the application. */
export type Bundle = Known<z.infer<typeof bundle>>;

/** A release without its files: enough to tell releases apart, and for retention. */
export interface ReleaseRecord extends Omit<
  Known<z.infer<typeof releaseRecord>>,
  "images" | "buildArgs" | "bundles" | "http"
> {
  http?: Record<string, number[]>;
  images: Record<string, ReleaseImage>;
  bundles?: Record<string, Bundle>;
  buildArgs: Record<string, Record<string, string>>;
}

/** An immutable set: the files as written, and the images by digest. */
export interface Release extends ReleaseRecord {
  /** Path → content, byte for byte: files may be binary, such as a key store or a font. */
  files: Record<string, Uint8Array>;
}

/** All images of a release in the registry: those of its services, and its bundles. */
export function imagesOf({ images, bundles = {} }: Pick<ReleaseRecord, "images" | "bundles">): ReleaseImage[] {
  return [...Object.values(images), ...Object.values(bundles)];
}

/** A release as lists show it. */
export type ReleaseSummary = Pick<ReleaseRecord, "name" | "commit" | "dirty" | "createdAt">;

/** One entry of a stage's history: a release, when it began to run, and the author of the update. */
export type StageRun = Known<z.infer<typeof stageRun>>;
