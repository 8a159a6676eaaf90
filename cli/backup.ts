import { parseArgs } from "node:util";
import { backupId, type Manifest } from "../backup/manifest";
import type { StageId } from "../docker/labels";
import { openLedger } from "../plan/ledgerRelease";
import { take } from "../backup/take";
import { recipientsOf } from "./backupKeys";
import { stageHere } from "./here";
import { servicesOf, withStore, type Opened } from "./openStore";
import { selectStage } from "./stage";
import { print, tell } from "../errors/print";

const usage = `Usage: slipway backup [-s <stage>]

Takes a backup of the stage's data now. Nothing is stopped for it. Each promotion and rollback takes one by itself.

  -s, --stack <stage>   the stage; default: the stack selected with pulumi stack select
  -h, --help            say this`;

/**
 * Takes a backup of a stage and prints its name.
 *
 * @throws Error when the stage has no data, or a service cannot be saved
 */
export async function backup(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { stack: { type: "string", short: "s" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    print(usage);
    return;
  }
  const stage = await stageHere(values.stack);
  const taken = await withStore(stage, (opened) => takeNow(stage, opened));
  print(taken.id);
}

/** Takes a backup that no promotion asks for. */
export async function takeNow(stage: StageId, { engine, store, containers, backups }: Opened): Promise<Manifest> {
  const services = servicesOf(backups, containers);
  const from = await running(stage);
  const recipients = await recipientsOf(stage.stage, backups);
  const wanted = { ...stage, id: backupId(new Date()), from, to: null, services, recipients };
  const taken = await take(engine, store, wanted, containers, tell);
  if (!taken) {
    throw new Error(
      `The stage ${stage.stage} has no service whose data are saved: one with an image that is known and a volume that it writes to, or with x-slipway: { backup: { command: …, restore: … } }.`,
    );
  }
  return taken;
}

/** The release that the stage runs, by the ledger; null where that cannot be asked. */
async function running({ stage }: StageId): Promise<string | null> {
  try {
    const { project, registry } = await selectStage(stage);
    return (await (await openLedger(registry, project)).ledger.history(stage)).at(-1)?.release ?? null;
  } catch {
    return null;
  }
}
