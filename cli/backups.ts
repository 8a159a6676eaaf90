import { parseArgs } from "node:util";
import { keyFile } from "../backup/keyFile";
import type { Manifest } from "../backup/manifest";
import { megabytes } from "../backup/save";
import { stageHere } from "./here";
import { withStore } from "./openStore";
import { identitiesOfStage } from "./backupKeys";
import { columns } from "./table";
import { print, printJson } from "../errors/print";

const usage = `Usage: slipway backups [-s <stage>] [--json]
       slipway backups --key [-s <stage>]

Lists the stage's backups on its machine, newest first, and for whose public keys they are encrypted. With --key it prints the private key
that they are read with, from Pulumi's state: keep it elsewhere, for the day when that state is lost.

  -s, --stack <stage>   the stage; default: the stack selected with pulumi stack select
  --key                 print the private key, as a file for slipway restore --identity and age -d -i
  --json                print the manifests as JSON
  -h, --help            say this`;

/**
 * Prints the backups of a stage.
 *
 * @throws Error when the stage has no container on its machine, or its key cannot be read
 */
export async function backups(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      key: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    print(usage);
    return;
  }
  const stage = await stageHere(values.stack);
  if (values.key) {
    print(keyFile(stage, await identitiesOfStage(stage.stage)));
    return;
  }
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
    readersOf(services),
  ]);
  return columns([["BACKUP", "TAKEN (UTC)", "RELEASE", "WHY", "HOLDS", "ENCRYPTED FOR"], ...rows]);
}

/** The public keys of those who can read a backup, each by its beginning; the whole ones are in --json. */
function readersOf(services: Manifest["services"]): string {
  const all = Object.values(services);
  const keys = [...new Set(all.flatMap(({ age = [] }) => age))].map((key) => `${key.slice(0, 12)}…`);
  if (keys.length === 0) return "nobody: in clear";
  return `${keys.join(", ")}${all.every(({ age }) => age) ? "" : " (in part)"}`;
}
