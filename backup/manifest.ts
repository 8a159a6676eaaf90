import { z } from "zod";
import { nearest } from "../errors/suggest";
import { kindNames } from "./kinds/kinds";

const command = z.union([z.string(), z.array(z.string())]);

/** The same as `DataService`. */
const known = z.looseObject({
  kind: z.enum(kindNames),
  /** Of the kind `own` alone. */
  command: command.optional(),
  restore: command.optional(),
});

const saved = known.extend({
  /** The backup's file, beside the manifest. */
  file: z.string(),
  /** The image that its container ran, by digest: the backup is known to fit that one. */
  image: z.string(),
  /** The paths of the volumes that its container writes to. */
  volumes: z.array(z.string()),
  /** The names of these volumes, or the paths of these folders; missing in backups of earlier versions. */
  holds: z.array(z.string()).optional(),
  bytes: z.number().int(),
  /** Of the file, in hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** The public keys that the file is encrypted for, in the format of age; missing: it lies in clear. */
  age: z.array(z.string()).min(1).optional(),
  /** When it was taken: ISO 8601, UTC. */
  at: z.iso.datetime(),
});

/** The last file that is written of a backup: without it, the backup does not count. */
export const manifest = z.looseObject({
  /** 2 where a file is encrypted: an earlier version of Slipway then leaves the backup alone, rather than restore what it cannot read. */
  version: z.union([z.literal(1), z.literal(2)]),
  id: z.string(),
  project: z.string(),
  stage: z.string(),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** The stage's own public key at that time, as age writes it. */
  recipient: z.string().optional(),
  /** The release that ran; null where that is not known. */
  from: z.string().nullable(),
  /** The release that was to come; null for a backup that was asked for. */
  to: z.string().nullable(),
  services: z.record(z.string(), saved),
  /** All services that the stage has data in, also those that had no container to be saved from. */
  known: z.record(z.string(), known),
});

/** A backup of a stage, by its manifest. */
export type Manifest = z.infer<typeof manifest>;

/** The part of a backup for one service. */
export type Saved = z.infer<typeof saved>;

/**
 * The name of a backup, such as `b20261121-143022`.
 *
 * @param at when it is taken
 */
export function backupId(at: Date): string {
  const [date = "", time = ""] = at.toISOString().replace(/[-:]/g, "").split(/[T.]/);
  return `b${date}-${time}`;
}

/** The name of the volume with a stage's backups, which is never deleted. */
export function backupVolume({ project, stage }: { project: string; stage: string }): string {
  return `${project}-${stage}-backups`;
}

/**
 * A backup by its name.
 *
 * @throws Error with the nearest names, where there is none of this name
 */
export function findBackup(backups: readonly Manifest[], id: string, stage: string): Manifest {
  const found = backups.find((backup) => backup.id === id);
  if (found) {
    return found;
  }
  const near = nearest(
    id,
    backups.map((backup) => backup.id),
  );
  const hint =
    backups.length === 0
      ? `it has none yet; slipway backup -s ${stage} takes one`
      : near.length > 0
        ? `did you mean ${near.join(" or ")}?`
        : `see slipway backups -s ${stage}`;
  throw new Error(`The stage ${stage} has no backup ${id}: ${hint}${hint.endsWith("?") ? "" : "."}`);
}
