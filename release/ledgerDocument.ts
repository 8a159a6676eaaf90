import { type z } from "zod";

import type { ImageManifest, Manifest } from "../registry/client/manifest";
import { type Registry } from "../registry/client/registry";
import { isTag } from "../registry/client/reference";
import { digestOf } from "../registry/client/digest";
import { putArtifact, readArtifact, readFiles, reasonOf } from "./artifact";
import { brokenSeal, type Seal, sealAnnotations } from "./signing/seal";

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

/** How many of a document's earlier digests it tells: as many changes as may come between two updates that are recorded. */
const most = 200;

/** A document as it was found. */
interface Found<T> {
  value: T;
  /** Of its manifest. */
  manifest?: string;
  /** Of its file. */
  digest?: string;
  /** The digests of its file before, the last one last. */
  earlier: string[];
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
    private readonly seal?: Seal,
  ) {}

  /**
   * What is kept of a stage.
   *
   * @throws Error naming the stage where it cannot be read, or is not what the stage wrote last
   */
  async read(stage: string): Promise<T> {
    return (await this.open(stage)).value;
  }

  /** The digest of what is kept of a stage; undefined where nothing is. Throws as {@link read}. */
  async digest(stage: string): Promise<string | undefined> {
    return (await this.open(stage)).digest;
  }

  /**
   * Signs what is kept of a stage, as it is.
   *
   * @param begins whether an empty document is written where there is none
   */
  async sign(stage: string, begins: boolean): Promise<void> {
    const { value, digest } = await this.open(stage);
    if (begins || digest !== undefined) await this.write(stage, () => value);
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
    const { value, manifest: before, digest, earlier } = await this.open(stage);
    const next = change(value);
    if (next === undefined) return;
    const history = digest === undefined ? earlier : [...earlier, digest].slice(-most);
    const sealed = this.isOwn(stage) ? { ...next, earlier: history } : next;
    const content = new TextEncoder().encode(`${JSON.stringify(sealed, undefined, 1)}\n`);
    const tag = this.tag(stage);
    const key = this.isOwn(stage) ? this.seal?.privateKey : undefined;
    const written = await putArtifact(this.registry, this.repository, tag, {
      type: this.kind.type,
      document: { stage },
      files: { [this.kind.file]: content },
      annotations: key === undefined ? {} : sealAnnotations(`${this.repository}:${tag}`, content, key),
    });
    // For tidiness alone: where the registry does not delete, an untagged copy of old content stays.
    if (before !== undefined && before !== written) {
      await this.registry.deleteManifest(this.repository, before).catch(() => undefined);
    }
  }

  private async open(stage: string): Promise<Found<T>> {
    const tag = this.tag(stage);
    const manifest = await this.registry.findManifest(this.repository, tag);
    if (!manifest) return { value: this.kind.empty(stage), earlier: [] };
    const place = `${this.registry.address}/${this.repository}:${tag}`;
    const { artifact, content, value, earlier } = await this.readOut(manifest).catch((error: unknown) => {
      throw new Error(`${this.kind.noun} of stage ${stage} cannot be read from ${place}: ${reasonOf(error)}.`, {
        cause: error,
      });
    });
    const { seal } = this;
    if (seal && this.isOwn(stage) && !seal.takesOver) {
      const { annotations = {} } = artifact;
      const document = { place: `${this.repository}:${tag}`, content, annotations, earlier };
      const broken = brokenSeal(document, seal.keys, seal.recorded?.[this.kind.file]);
      if (broken !== undefined) {
        throw new Error(
          `${this.kind.noun} of stage ${stage} in ${place} is not what the stage wrote: ${broken}. Somebody else can write to this registry: find out who, and take what is there for the truth only after a look, with slipway sign --documents -s ${stage}.`,
        );
      }
    }
    return { value, manifest: manifest.digest, digest: digestOf(content), earlier };
  }

  private async readOut(
    manifest: Manifest,
  ): Promise<{ artifact: ImageManifest; content: Uint8Array; value: T; earlier: string[] }> {
    const artifact = readArtifact(manifest, this.kind.type);
    const { [this.kind.file]: content } = await readFiles(this.registry, this.repository, artifact);
    if (!content) throw new Error(`it holds no ${this.kind.file}`);
    const document = JSON.parse(new TextDecoder().decode(content)) as { earlier?: unknown };
    const value = this.kind.schema.parse(document);
    return { artifact, content, value, earlier: Array.isArray(document.earlier) ? document.earlier.map(String) : [] };
  }

  private isOwn(stage: string): boolean {
    return this.seal?.stage === stage;
  }

  /** @throws Error naming a stage whose name cannot be part of a tag */
  private tag(stage: string): string {
    const tag = `${this.kind.prefix}${stage}`;
    if (isTag(tag)) return tag;
    const most = 128 - this.kind.prefix.length;
    throw new Error(`"${stage}" cannot name a stage: write letters, digits and . _ - (at most ${most}).`);
  }
}
