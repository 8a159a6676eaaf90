import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { openLedger } from "../plan/ledgerRelease";
import { chainOf, type Chain, type Link } from "../release/signing/chain";
import { approvers, keyFile, releaseKeys } from "../release/signing/keyFiles";
import { publicKeysIn } from "../release/signing/keys";
import { parseWanted } from "../release/wanted";
import { engineOfStage } from "./machine";
import { outputsOfStage, selectStage } from "./stage";
import { columns } from "./table";
import { print, printJson } from "../errors/print";

const usage = `Usage: slipway verify [<release>] [-s <stage>] [--key <file>] [--json]

Tells whether a release is what the stage that builds signed: its record, the signature, its images, what they were made from, who
approved it; and, with a stage that runs it, whether exactly that is what runs there. Without a release: the one that the stage runs.

  -s, --stack <stage>   a stage that tells the registry, and whose containers are looked at; default: the one that is selected
  --key <file>          a public key to go by; default: ${keyFile} in this folder
  --no-running          look at the ledger alone
  --json                print what was looked at as JSON
  -h, --help            say this

Exit code 0: everything holds; 1: something does not, or could not be looked at.`;

/**
 * Verifies a release, and prints each link of the chain.
 *
 * @throws Error when the stage or its registry cannot be reached, the ledger holds no such release, or a link does not hold
 */
export async function verify(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      stack: { type: "string", short: "s" },
      key: { type: "string" },
      "no-running": { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    print(usage);
    return;
  }
  if (positionals.length > 1) throw new Error(`Name one release.\n\n${usage}`);
  const { project, stage, registry } = await selectStage(values.stack);
  const outputs = await outputsOfStage(stage);
  const [asked] = positionals;
  const running = outputs.release;
  const wanted = asked === undefined ? { name: running?.name, record: running?.record } : parseWanted(asked);
  const { ledger, registry: client } = await openLedger(registry, project);
  await client.ping();
  const chain = await chainOf(ledger, wanted, keysFrom(values.key, outputs.key, stage), approvers(process.cwd()));
  const isRunning = running?.name === chain.name && !values["no-running"];
  const links = [...chain.links, ...(isRunning ? await whatRuns(chain, stage, running?.record, outputs.services) : [])];
  if (values.json) printJson({ ...chain, links });
  else print(told({ ...chain, links }));
  const broken = links.filter(({ holds }) => !holds);
  if (broken.length > 0) {
    throw new Error(`${chain.name} is not what was signed: ${broken.map(({ what }) => what).join(", ")}.`);
  }
}

function keysFrom(
  file: string | undefined,
  toldByStage: string | undefined,
  stage: string,
): { keys: ReturnType<typeof publicKeysIn>; place: string } {
  if (file !== undefined) return { keys: publicKeysIn(readFileSync(file, "utf8"), file), place: file };
  const own = releaseKeys(process.cwd());
  if (own) return { keys: own, place: keyFile };
  if (toldByStage === undefined) {
    throw new Error(`There is no ${keyFile} here: name the file with the public key, as in --key ${keyFile}.`);
  }
  return { keys: publicKeysIn(toldByStage, `the outputs of ${stage}`), place: `the outputs of ${stage}` };
}

/** Whether each service's container is of the image that the release names for it. */
async function whatRuns(
  { record, images }: Chain,
  stage: string,
  recorded: string | undefined,
  services: Record<string, { container: string }>,
): Promise<Link[]> {
  const engine = await engineOfStage(stage);
  const links: Link[] = [
    {
      what: `${stage} took it over`,
      holds: recorded === record,
      seen: recorded === record ? "by this very record" : `by the record ${recorded ?? "of a version that told none"}`,
    },
  ];
  for (const [service, { container }] of Object.entries(services)) {
    const wanted = images[service];
    if (wanted === undefined) continue;
    const image = await engine.command(["inspect", "--format", "{{.Config.Image}}", container]).then(
      (text) => text.trim(),
      () => "nothing: its container is gone",
    );
    const holds = image.endsWith(`@${wanted}`);
    links.push({ what: `${service} in ${stage}`, holds, seen: holds ? wanted : `runs ${image}, not ${wanted}` });
  }
  return links;
}

function told({ name, links }: Chain): string {
  return columns([[name, ""], ...links.map(({ what, holds, seen }) => [`${holds ? "✓" : "✗"} ${what}`, seen])]);
}
