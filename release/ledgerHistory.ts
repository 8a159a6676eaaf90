import { isDeepStrictEqual } from "node:util";

import { type z } from "zod";

import { type Registry } from "../registry/client/registry";
import { type DocumentKind, StageDocument } from "./ledgerDocument";
import { type StageRun, stageHistory } from "./record";

type Document = { stage: string; runs: StageRun[] };

const kind: DocumentKind<Document> = {
  prefix: "stage.",
  type: "application/vnd.slipway.history.v1+json",
  file: "history.json",
  schema: stageHistory as unknown as z.ZodType<Document>,
  empty: (stage) => ({ stage, runs: [] }),
  noun: "The history",
};

/** The stage whose history has this tag; undefined for any other tag. */
export function stageOfTag(tag: string): string | undefined {
  return tag.startsWith(kind.prefix) ? tag.slice(kind.prefix.length) : undefined;
}

/** The histories of stages. */
export class History {
  private readonly documents: StageDocument<Document>;

  constructor(registry: Registry, repository: string) {
    this.documents = new StageDocument(registry, repository, kind);
  }

  /**
   * The stage's runs, oldest first; none where it never ran.
   *
   * @throws Error naming the stage where they cannot be read
   */
  async read(stage: string): Promise<StageRun[]> {
    return (await this.documents.read(stage)).runs;
  }

  /** Adds a run, unless it differs from the last one only in time and author. */
  append(stage: string, run: StageRun): Promise<void> {
    return this.documents.change(stage, ({ runs }) => {
      if (!stageHistory.safeParse({ stage, runs: [run] }).success) {
        throw new Error(`The run of ${run.release} is not added to stage ${stage}: it is incomplete.`);
      }
      const last = runs.at(-1);
      return last && isDeepStrictEqual(meaningOf(last), meaningOf(run)) ? undefined : { stage, runs: [...runs, run] };
    });
  }
}

function meaningOf({ at: _at, by: _by, ...rest }: StageRun): unknown {
  return JSON.parse(JSON.stringify(rest));
}
