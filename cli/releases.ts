import { parseArgs } from "node:util";
import { openLedger } from "../plan/ledgerRelease";
import type { LedgerContents } from "../release/ledger";
import type { StageRun } from "../release/record";
import { selectStage } from "./stage";
import { columns } from "./table";
import { print, printJson } from "../errors/print";

const usage = `Usage: slipway releases [-s <stage>] [--json]

Lists the verified releases of the ledger, newest first, with what each stage runs now (*) and ran before (-).

  -s, --stack <stage>   a stage that tells the registry; default: the stack selected with pulumi stack select
  --json                print the list and each stage's history as JSON
  -h, --help            say this`;

/** What the list is made from. */
export interface Listing {
  releases: LedgerContents["releases"];
  /** What each stage ran, oldest first. */
  histories: Record<string, StageRun[]>;
}

/**
 * Prints the releases of a project's ledger.
 *
 * @throws Error when the stage or its registry cannot be reached, or for an unknown option
 */
export async function releases(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    print(usage);
    return;
  }
  const { project, registry } = await selectStage(values.stack);
  const { ledger, registry: client } = await openLedger(registry, project);
  await client.ping();
  const [contents, stages] = await Promise.all([ledger.contents(), ledger.stages()]);
  const histories = await Promise.all(stages.map(async (stage) => [stage, await ledger.history(stage)] as const));
  const listing = { releases: contents.releases, histories: Object.fromEntries(histories) };
  if (values.json) printJson(listing);
  else print(table(listing));
}

/** The list as people read it: a line a release, a column a stage. */
export function table({ releases, histories }: Listing): string {
  if (releases.length === 0) {
    return "The ledger holds no release yet: pulumi up in the stage that builds records the first.";
  }
  const stages = Object.keys(histories).sort();
  const header = ["RELEASE", "COMMIT", "CREATED (UTC)", ...stages.map((stage) => stage.toUpperCase())];
  const rows = releases.map(({ name, commit, createdAt }) => [
    name,
    commit,
    createdAt.slice(0, 16).replace("T", " "),
    ...stages.map((stage) => mark(name, histories[stage] ?? [])),
  ]);
  return columns([header, ...rows]);
}

function mark(release: string, history: StageRun[]): string {
  const last = history.findLast((run) => run.release === release);
  if (!last) {
    return "";
  }
  const now = history.at(-1) === last;
  return `${now ? "*" : "-"} ${last.at.slice(0, 16).replace("T", " ")} ${last.by}${last.pinned ? ", pinned" : ""}`;
}
