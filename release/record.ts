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
  /** Tells its content from any other, whichever image holds it. */
  key: z.string(),
  /** Bytes of its files. */
  size: z.number(),
});

/** What the ledger keeps of a release beside its files. Fields of a later version are kept, not understood. */
export const releaseRecord = z.looseObject({
  /** `v<commit>-<UTC yyyymmdd-hhmmss>`, with `-dirty` where uncommitted files went in. */
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
  /** Those of `files` that may be executed, such as a mounted script. */
  executable: z.array(z.string()).optional(),
  /** What is too large to be among `files`: images that hold what services mount, by path (bundles.ts). */
  bundles: z.record(z.string(), bundle).optional(),
});

const stageRun = z.looseObject({
  /** Name of the release. */
  release: z.string(),
  /** The digest of its record. */
  record: z.string().optional(),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** Who said so. */
  by: z.string(),
  kind: z.enum(["staging", "promotion", "rollback"]),
  /** Whether the `slipway:release` setting held the stage there. */
  pinned: z.boolean().optional(),
  /** What a promotion changed: releases by name, services by name. */
  promotion: z
    .looseObject({
      from: z.string().nullable(),
      to: z.string(),
      changed: z.array(z.string()),
      unchanged: z.array(z.string()),
    })
    .optional(),
  /** What became of each job, in the words of the preview; only where the stage took the release over. */
  jobs: z.record(z.string(), z.string()).optional(),
  /** Name of the backup taken before. */
  backup: z.string().optional(),
});

/** What the ledger keeps of a stage: its runs, oldest first. */
export const stageHistory = z.looseObject({ stage: z.string(), runs: z.array(stageRun) });

/** Removes the signature by which any further field is accepted: what Slipway itself writes has none. */
type Known<T> = T extends (infer Item)[]
  ? Known<Item>[]
  : T extends object
    ? { [K in keyof T as string extends K ? never : K]: Known<T[K]> }
    : T;

/** An image of a release: what a stage runs, whatever registry host it reaches it by. */
export type ReleaseImage = Known<z.infer<typeof image>>;

/** An image that holds files which services mount, or the files that describe the application. */
export type Bundle = Known<z.infer<typeof bundle>>;

/** A release without its files: all that telling releases apart and retention need. */
export interface ReleaseRecord extends Omit<Known<z.infer<typeof releaseRecord>>, "images" | "buildArgs" | "bundles"> {
  images: Record<string, ReleaseImage>;
  bundles?: Record<string, Bundle>;
  buildArgs: Record<string, Record<string, string>>;
}

/** An immutable set: the files as written and the images by digest that a stage runs. */
export interface Release extends ReleaseRecord {
  /** Path → content, byte for byte: a key store or a font is as good as a text. */
  files: Record<string, Uint8Array>;
}

/** Everything of a release that the registry holds as an image: those of its services, and its bundles. */
export function imagesOf({ images, bundles = {} }: Pick<ReleaseRecord, "images" | "bundles">): ReleaseImage[] {
  return [...Object.values(images), ...Object.values(bundles)];
}

/** What a list of releases shows. */
export type ReleaseSummary = Pick<ReleaseRecord, "name" | "commit" | "dirty" | "createdAt">;

/** One line of a stage's history: what it ran from when on, and who said so. */
export type StageRun = Known<z.infer<typeof stageRun>>;
