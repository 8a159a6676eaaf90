import { type z } from "zod";

import { type Registry } from "../registry/client/registry";
import { isTag } from "../registry/client/reference";
import { putArtifact, readArtifact, readFiles, reasonOf } from "./artifact";

/** A kind of document that the ledger keeps for each stage. */
export interface DocumentKind<T extends { stage: string }> {
  /** The beginning of its tags, such as `stage.`. */
  prefix: string;
  /** The artifact's type. */
  type: string;
  /** The file in the artifact. */
  file: string;
  schema: z.ZodType<T>;
  /** The document of a stage that has none yet. */
  empty: (stage: string) => T;
  /** A word for it in sentences, as in "the history". */
  noun: string;
}

/**
 * A document for each stage, one artifact each, written anew for each change. A change happens at the moment when the
 * tag moves to the new artifact: a writer that is killed before leaves the old one. The stack's lock keeps writers of
 * one stage apart, and this class those within a process.
 */
export class StageDocument<T extends { stage: string }> {
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly registry: Registry,
    private readonly repository: string,
    private readonly kind: DocumentKind<T>,
  ) {}

  /**
   * The document of a stage.
   *
   * @throws Error naming the stage where it cannot be read
   */
  async read(stage: string): Promise<T> {
    return (await this.open(stage)).value;
  }

  /**
   * Changes the document of a stage.
   *
   * @param change returns the new document, or undefined where the old one stays
   */
  change(stage: string, change: (value: T) => T | undefined): Promise<void> {
    const work = (): Promise<void> => this.write(stage, change);
    const turn = (this.turns.get(stage) ?? Promise.resolve()).then(work, work);
    this.turns.set(stage, turn);
    return turn;
  }

  private async write(stage: string, change: (value: T) => T | undefined): Promise<void> {
    const { value, digest: before } = await this.open(stage);
    const next = change(value);
    if (next === undefined) return;
    const content = new TextEncoder().encode(`${JSON.stringify(next, undefined, 1)}\n`);
    const written = await putArtifact(this.registry, this.repository, this.tag(stage), {
      type: this.kind.type,
      document: { stage },
      files: { [this.kind.file]: content },
      annotations: {},
    });
    // For tidiness alone: where the registry does not delete, an untagged copy of old content stays.
    if (before !== undefined && before !== written) {
      await this.registry.deleteManifest(this.repository, before).catch(() => undefined);
    }
  }

  private async open(stage: string): Promise<{ value: T; digest?: string }> {
    const tag = this.tag(stage);
    const manifest = await this.registry.findManifest(this.repository, tag);
    if (!manifest) return { value: this.kind.empty(stage) };
    try {
      const files = await readFiles(this.registry, this.repository, readArtifact(manifest, this.kind.type));
      const value = this.kind.schema.parse(JSON.parse(new TextDecoder().decode(files[this.kind.file])));
      return { value, digest: manifest.digest };
    } catch (error) {
      const place = `${this.registry.address}/${this.repository}:${tag}`;
      throw new Error(`${this.kind.noun} of stage ${stage} cannot be read from ${place}: ${reasonOf(error)}.`, {
        cause: error,
      });
    }
  }

  /** @throws Error naming a stage whose name cannot be part of a tag */
  private tag(stage: string): string {
    const tag = `${this.kind.prefix}${stage}`;
    if (isTag(tag)) return tag;
    const most = 128 - this.kind.prefix.length;
    throw new Error(`"${stage}" cannot name a stage: write letters, digits and . _ - (at most ${most}).`);
  }
}
