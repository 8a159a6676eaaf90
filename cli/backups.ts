import { parseArgs } from "node:util";
import type { Manifest } from "../backup/manifest";
import { megabytes } from "../backup/save";
import { stageHere } from "./here";
import { withStore } from "./openStore";
import { columns } from "./table";
import { print, printJson } from "../errors/print";

const usage = `Usage: slipway backups [-s <stage>] [--json]

Lists the stage's backups on this machine, newest first.

  -s, --stack <stage>   the stage; default: the stack selected with pulumi stack select
  --json                print the manifests as JSON
  -h, --help            say this`;

/**
 * Prints the backups of a stage.
 *
 * @throws Error when the stage has no container on this machine
 */
export async function backups(args: string[]): Promise<void> {
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
  const stage = await stageHere(values.stack);
  const found = await withStore(stage, async (opened) => [...opened.backups].reverse());
  if (values.json) printJson(found);
  else print(table(found, stage.stage));
}

/** The list as people read it: a line a backup. */
export function table(found: readonly Manifest[], stage: string): string {
  if (found.length === 0) {
    return `The stage ${stage} has no backup yet: the next promotion takes one, and so does slipway backup -s ${stage}.`;
  }
  const rows = found.map(({ id, at, from, to, services }) => [
    id,
    at.slice(0, 16).replace("T", " "),
    from ?? "?",
    to === null ? "was asked for" : `before ${to}`,
    Object.entries(services)
      .map(([name, { kind, bytes }]) => `${name} (${kind}, ${megabytes(bytes)})`)
      .join(", "),
  ]);
  return columns([["BACKUP", "TAKEN (UTC)", "RELEASE", "WHY", "HOLDS"], ...rows]);
}
