import { isDeepStrictEqual } from "node:util";

import { type Registry } from "../registry/client";
import { isTag } from "../registry/reference";
import { putArtifact, readArtifact, readFiles, reasonOf } from "./artifact";
import { type StageRun, stageHistory } from "./release";

const historyType = "application/vnd.slipway.history.v1+json";
const file = "history.json";
const prefix = "stage.";

/** The tag of a stage's history. Throws naming a stage that no tag can hold. */
export function historyTag(stage: string): string {
  const tag = `${prefix}${stage}`;
  if (!isTag(tag)) throw new Error(`"${stage}" cannot name a stage: write letters, digits and . _ - (at most 122).`);
  return tag;
}

/** The stage whose history a tag is; undefined for any other tag. */
export function stageOfTag(tag: string): string | undefined {
  return tag.startsWith(prefix) ? tag.slice(prefix.length) : undefined;
}

/**
 * What stages ran, one artifact a stage, written anew for each run. The tag's move to the new artifact is the moment
 * at which a run is in the history: a writer killed before leaves the old one. Writers of one stage are kept apart by
 * its stack's lock, those within a process by this class.
 */
export class History {
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly registry: Registry,
    private readonly repository: string,
  ) {}

  /** The stage's runs, oldest first; none where it never ran. Throws naming the stage where they cannot be read. */
  async read(stage: string): Promise<StageRun[]> {
    return (await this.open(stage)).runs;
  }

  /** Adds a run, unless the last one is the same but for when and by whom. */
  append(stage: string, run: StageRun): Promise<void> {
    const work = (): Promise<void> => this.write(stage, run);
    const turn = (this.turns.get(stage) ?? Promise.resolve()).then(work, work);
    this.turns.set(stage, turn);
    return turn;
  }

  private async write(stage: string, run: StageRun): Promise<void> {
    const { runs, digest: before } = await this.open(stage);
    const checked = stageHistory.safeParse({ stage, runs: [run] });
    if (!checked.success)
      throw new Error(`The run of ${run.release} is not added to stage ${stage}: it is incomplete.`);
    const last = runs.at(-1);
    if (last && isDeepStrictEqual(meaningOf(last), meaningOf(run))) return;
    const content = new TextEncoder().encode(`${JSON.stringify({ stage, runs: [...runs, run] }, undefined, 1)}\n`);
    await putArtifact(this.registry, this.repository, historyTag(stage), {
      type: historyType,
      document: { stage },
      files: { [file]: content },
      annotations: {},
    });
    // Only tidiness: a registry that does not delete, or not now, keeps an untagged copy of what is in the new one.
    if (before !== undefined) await this.registry.deleteManifest(this.repository, before).catch(() => undefined);
  }

  private async open(stage: string): Promise<{ runs: StageRun[]; digest?: string }> {
    const tag = historyTag(stage);
    const manifest = await this.registry.findManifest(this.repository, tag);
    if (!manifest) return { runs: [] };
    try {
      const files = await readFiles(this.registry, this.repository, readArtifact(manifest, historyType));
      const { runs } = stageHistory.parse(JSON.parse(new TextDecoder().decode(files[file])));
      return { runs, digest: manifest.digest };
    } catch (error) {
      const place = `${this.registry.address}/${this.repository}:${tag}`;
      throw new Error(`The history of stage ${stage} cannot be read from ${place}: ${reasonOf(error)}.`, {
        cause: error,
      });
    }
  }
}

function meaningOf({ at: _at, by: _by, ...rest }: StageRun): unknown {
  return JSON.parse(JSON.stringify(rest));
}
