import { parseArgs } from "node:util";
import type { Identity } from "../backup/age/keys";
import { checkKeys, isEncrypted } from "../backup/encryption";
import { findBackup, type Manifest } from "../backup/manifest";
import type { StageId } from "../docker/labels";
import { othersThan, restore as bringBack, servicesTaking } from "../backup/restore";
import { discard, restoreInto } from "../backup/scratch";
import { takeNow } from "./backup";
import { keysAtHand } from "./backupKeys";
import { stageHere } from "./here";
import { withStore, type Opened } from "./openStore";
import { restoreNote } from "./restored";
import { print, tell } from "../errors/print";
import { confirm } from "./confirm";

const usage = `Usage: slipway restore <backup> [-s <stage>] [--service <name>]… [--yes]
       slipway restore <backup> [-s <stage>] [--service <name>]… --scratch [--keep]

Brings a stage's data back to what they were. What was written since is lost, so a backup of it is taken first. All other services of
the stage are stopped meanwhile and started again; the edge stays. With --scratch nothing of the stage is touched: the backup is
restored into containers of their own, without any network, which shows that it can be.

  -s, --stack <stage>   the stage; default: the stack selected with pulumi stack select
  --service <name>      only this service of the backup; may be repeated
  --no-backup           take no backup of the present data first
  --without-ledger      restore also where the ledger cannot be told: the release's jobs then do not run again
  -y, --yes             do not ask
  --identity <file>     the private key that the backup is read with, as slipway backups --key prints it; default: from Pulumi's state
  --scratch             only try the backup out
  --keep                leave the containers of --scratch, and print their names
  -h, --help            say this`;

const options = {
  stack: { type: "string", short: "s" },
  service: { type: "string", multiple: true },
  "no-backup": { type: "boolean" },
  "without-ledger": { type: "boolean" },
  yes: { type: "boolean", short: "y" },
  identity: { type: "string" },
  scratch: { type: "boolean" },
  keep: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Options = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

/**
 * Restores a backup of a stage, or tries it out.
 *
 * @throws Error naming what is wrong with the backup or the stage, or what could not be restored
 */
export async function restore(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (values.help) {
    print(usage);
    return;
  }
  const [id, ...rest] = positionals;
  if (id === undefined || rest.length > 0) {
    throw new Error(`Name one backup, as slipway backups lists them.\n\n${usage}`);
  }
  const stage = await stageHere(values.stack);
  await withStore(stage, async (opened) => {
    const backup = findBackup(opened.backups, id, stage.stage);
    const names = chosen(backup, values.service);
    const keys = isEncrypted(backup, names)
      ? await keysAtHand(stage.stage, values.identity)
      : { identities: [], place: "nobody" };
    checkKeys(backup, names, keys.identities, keys.place);
    await opened.store.verify(backup, names);
    await (values.scratch
      ? tryOut(stage, opened, backup, names, keys.identities, values)
      : carryOut(stage, opened, backup, names, keys.identities, values));
  });
}

/** @throws Error naming a service that the backup does not hold */
export function chosen({ id, services }: Pick<Manifest, "id" | "services">, wanted: string[] | undefined): string[] {
  const all = Object.keys(services);
  const unknown = wanted?.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new Error(`The backup ${id} holds nothing of a service ${unknown}: it holds ${all.join(", ")}.`);
  }
  return wanted ? [...new Set(wanted)] : all;
}

async function tryOut(
  stage: StageId,
  { engine, store }: Opened,
  backup: Manifest,
  names: string[],
  identities: readonly Identity[],
  given: Options,
): Promise<void> {
  for (const name of names) {
    const container = await restoreInto(engine, store, stage, backup, name, tell, identities);
    if (given.keep) {
      print(container);
    } else {
      await discard(engine, container);
    }
    tell(`the backup ${backup.id} of ${name} can be restored`);
  }
}

async function carryOut(
  stage: StageId,
  opened: Opened,
  backup: Manifest,
  names: string[],
  identities: readonly Identity[],
  given: Options,
): Promise<void> {
  if (identities.length > 0) tell(`reading ${backup.id} to its end, before anything is stopped`);
  await opened.store.opens(backup, names, identities);
  const note = given["without-ledger"] ? undefined : await restoreNote(stage.stage);
  if (!given.yes) {
    if (!(await confirm(`${warning(stage, opened, backup, names, given)}\nRestore?`)))
      throw new Error("Nothing was done.");
  }
  const before = given["no-backup"] ? undefined : await takeNow(stage, opened);
  try {
    await bringBack(opened.engine, opened.store, backup, names, opened.containers, tell, identities);
  } catch (error) {
    const way = before
      ? `The data of before are in the backup ${before.id}: slipway restore ${before.id} -s ${stage.stage} --no-backup.`
      : "No backup of the data of before was taken.";
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${way}`, { cause: error });
  }
  await note?.();
  print(
    `${names.join(", ")} of ${stage.stage} is what it was at ${backup.at}.${before ? ` What it was until now is in ${before.id}.` : ""}`,
  );
  if (note) {
    print(`pulumi up -s ${stage.stage} runs the release's jobs again.`);
  }
}

function warning(stage: StageId, { containers }: Opened, backup: Manifest, names: string[], given: Options): string {
  const others = othersThan(servicesTaking(names, backup, containers), containers).map(({ service }) => service);
  return [
    `Everything that ${names.join(", ")} of ${stage.stage} took in since ${backup.at} will be lost${given["no-backup"] ? "" : " (a backup of it is taken first)"}.`,
    ...(others.length > 0 ? [`Stopped meanwhile: ${others.join(", ")}.`] : []),
  ].join("\n");
}
