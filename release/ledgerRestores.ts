import { z } from "zod";

import type { Registry } from "../registry/client/registry";
import { type DocumentKind, StageDocument } from "./ledgerDocument";

interface Restore {
  stage: string;
  /** ISO 8601, UTC. */
  at?: string;
}

const kind: DocumentKind<Restore> = {
  prefix: "restored.",
  type: "application/vnd.slipway.restored.v1+json",
  file: "restored.json",
  schema: z.looseObject({ stage: z.string(), at: z.iso.datetime().optional() }),
  empty: (stage) => ({ stage }),
  noun: "The note on the last restore",
};

/** Whether a tag is the note on a stage's last restore. */
export function isRestoredTag(tag: string): boolean {
  return tag.startsWith(kind.prefix);
}

/**
 * When a stage's data were last brought back from a backup. The command that brings them back has no key of the stage, so that it works where the
 * stage's state is lost; all that a false note brings about is that jobs of a release run again.
 */
export class Restores {
  private readonly documents: StageDocument<Restore>;

  constructor(registry: Registry, repository: string) {
    this.documents = new StageDocument(registry, repository, kind);
  }

  /** ISO 8601, UTC; undefined where they never were, and for a time that is yet to come. */
  async last(stage: string, now = new Date()): Promise<string | undefined> {
    const { at } = await this.documents.read(stage);
    return at !== undefined && Date.parse(at) <= now.getTime() ? at : undefined;
  }

  /** Notes that the data were brought back. */
  note(stage: string, at: string): Promise<void> {
    return this.documents.change(stage, (note) => ({ ...note, at }));
  }
}
