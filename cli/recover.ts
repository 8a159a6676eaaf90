import { parseArgs } from "node:util";
import { look, removeContainers, removeNetworks } from "../docker/orphans/orphans";
import type { Labelled } from "../docker/orphans/select";
import { mendCheckpoint } from "./checkpoint";
import type { Engine } from "../docker/engine";
import { confirm } from "./confirm";
import { engineOfStage } from "./machine";
import { holders, stillRuns, type Holder } from "./lock";
import { must, pulumi } from "./pulumi";
import { openStage } from "./stage";
import { knownTo, type Known } from "./state";
import { asking } from "./told";
import { print } from "../errors/print";

const usage = `Usage: slipway recover [-s <stage>] [--yes]

Clears up after an update that was killed: gives up its lock, forgets what it was making, and takes away the containers and
networks of the stage that Pulumi's state does not know. Volumes stay, and so does whatever serves. Bring the stage up afterwards,
with pulumi up.

  -s, --stack <stage>   the stage; default: the stack selected with pulumi stack select
  -y, --yes             do not ask
  -h, --help            say this`;

/** Asks whether to go on. */
type Ask = (question: string) => Promise<boolean>;

/** What of a stage no state knows. */
interface Strays {
  containers: Labelled[];
  networks: Labelled[];
}

/**
 * Clears up after an update of a stage that was killed.
 *
 * @throws Error where the update still runs, or where the state seems to be another one than the stage's
 */
export async function recover(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      stack: { type: "string", short: "s" },
      yes: { type: "boolean", short: "y" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    print(usage);
    return;
  }
  const { workspace, project, stage } = await openStage(values.stack);
  const say = (line: string): void => print(`${stage}: ${line}`);
  const engine = await engineOfStage(stage);
  const ask = values.yes ? async () => true : confirm;
  const { url = "" } = await asking(stage, () => workspace.whoAmI());
  const cut = mendCheckpoint(url, project, stage);
  cut.forEach((file) => say(`took ${file} away, which was cut short; the state itself is whole`));
  const before = await forget(stage, ask, say);
  let nothing = before.isClear && cut.length === 0;
  for (let round = 0; round < rounds; round++) {
    const known = { ...knownTo(await exported(stage)), pending: before.pending };
    const orphans = await orphansOf(engine, { "slipway.project": project, "slipway.stage": stage }, known);
    if (orphans.containers.length + orphans.networks.length === 0) {
      break;
    }
    await remove(engine, stage, orphans, known, ask, say);
    nothing = false;
  }
  say(`${nothing ? "nothing to clear up; " : ""}bring it up with pulumi up -s ${stage}`);
}

/** How often it is looked: what the killed update had asked the Engine for may come a moment later. */
const rounds = 3;

/** Gives up the lock and clears what the state says was under way; what that was, if there was anything. */
async function forget(stage: string, ask: Ask, say: (line: string) => void): Promise<Known & { isClear: boolean }> {
  const state = await exported(stage);
  const known = knownTo(state);
  // Importing a state is Pulumi's own way to drop what is pending in it; it needs the lock, and says who has it.
  const first = await pulumi(["stack", "import", "--stack", stage], state);
  if (!first.ok) {
    await giveUp(stage, first.said, ask, say);
    await must(["stack", "import", "--stack", stage], state);
  }
  known.pending.forEach(({ resource }) => say(`cleared from the state that ${resource} is being made`));
  return { ...known, isClear: first.ok && known.pending.length === 0 };
}

async function giveUp(stage: string, refusal: string, ask: Ask, say: (line: string) => void): Promise<void> {
  const found = holders(refusal);
  if (!found) {
    throw new Error(refusal.trim());
  }
  const running = found.find((holder) => stillRuns(holder));
  if (running) {
    throw new Error(`An update of ${stage} still runs (${told(running)}): wait until it ends, or interrupt it.`);
  }
  if (found.length === 0 || found.some((holder) => stillRuns(holder) === undefined)) {
    const whose = found.length > 0 ? `by ${found.map(told).join(", ")}` : "by an update elsewhere";
    await agreed(ask(`The stage ${stage} is locked ${whose}. Is that update over?`));
  }
  await must(["cancel", "--yes", "--stack", stage]);
  say(`gave up the lock${found.length > 0 ? ` of ${found.map(told).join(", ")}, which no longer runs` : ""}`);
}

function told({ user, host, pid, at }: Holder): string {
  return `${user}@${host}, process ${pid}, since ${at}`;
}

async function orphansOf(engine: Engine, labels: Record<string, string>, { ids }: Known): Promise<Strays> {
  const unknown = async (what: "container" | "network"): Promise<Labelled[]> =>
    (await look(engine, what, labels)).filter(({ id }) => !ids.has(id));
  const [containers, networks] = await Promise.all([unknown("container"), unknown("network")]);
  return { containers, networks };
}

async function remove(
  engine: Engine,
  stage: string,
  { containers, networks }: Strays,
  { ids, pending }: Known,
  ask: Ask,
  say: (line: string) => void,
): Promise<void> {
  const names = containers.map(({ name }) => name);
  const begun = pending.map(({ name }) => name);
  if (ids.size === 0 && !names.every((name) => begun.includes(name))) {
    throw new Error(
      `This state of ${stage} knows nothing that runs, and the machine has ${names.join(", ")}: make sure that it is the right state (pulumi whoami -v); where it is, docker rm -f ${names.join(" ")}`,
    );
  }
  const all = [...names, ...networks.map(({ name }) => name)];
  await agreed(ask(`No state knows ${all.join(", ")}. Take ${all.length === 1 ? "it" : "them"} away?`));
  await removeContainers(engine, containers, say);
  await removeNetworks(engine, networks, say);
}

async function agreed(answer: Promise<boolean>): Promise<void> {
  if (!(await answer)) {
    throw new Error("Nothing more was done.");
  }
}

/** Secrets stay encrypted in it; the Automation API's own export lays them open, in a file that everybody may read. */
async function exported(stage: string): Promise<string> {
  return asking(stage, () => must(["stack", "export", "--stack", stage]));
}
