import type { DataService } from "./dataServices";
import { keysOf, type Recipients } from "./encryption";
import { kindOf } from "./kinds/kinds";
import type { Manifest, Saved } from "./manifest";
import type { StageId } from "../docker/labels";
import { startContainer, stopContainers } from "../docker/containers";
import type { Engine } from "../docker/engine";
import type { Say } from "../docker/say";
import { trouble, type StageContainer } from "./containers";
import { megabytes, save } from "./save";
import type { Store } from "./store";

/** A backup that is to be taken. */
export interface Wanted extends StageId {
  id: string;
  from: string | null;
  to: string | null;
  services: Record<string, DataService>;
  recipients: Recipients;
  /** When the stage last completed an update; ISO 8601, UTC. */
  settledAt?: string;
}

/** A service and the source of its data. */
interface Source {
  name: string;
  service: DataService;
  from: StageContainer | Interrupted;
}

/** A backup from before the same change, which was interrupted. */
interface Interrupted {
  backup: Manifest;
  saved: Saved;
}

/**
 * Takes a backup: the data of all services, then the manifest that makes it count.
 *
 * @param containers the stage's
 * @returns undefined where no service has data yet
 * @throws Error naming a service that is not well or cannot be saved
 */
export async function take(
  engine: Engine,
  store: Store,
  wanted: Wanted,
  containers: readonly StageContainer[],
  say: Say,
): Promise<Manifest | undefined> {
  await store.tidy();
  const sources = await findSources(engine, wanted, containers, await store.list(), say);
  if (sources.length === 0) {
    return undefined;
  }
  const { id, project, stage, from, to } = wanted;
  await store.begin(id);
  const services: Record<string, Saved> = {};
  for (const source of sources) {
    services[source.name] = await one(engine, store, id, source, keysOf(wanted.recipients), say);
  }
  const { own } = wanted.recipients;
  const backup: Manifest = {
    version: Object.values(services).some(({ age }) => age) ? 2 : 1,
    id,
    project,
    stage,
    at: new Date().toISOString(),
    ...(own === undefined ? {} : { recipient: own }),
    from,
    to,
    services,
    known: wanted.services,
  };
  await store.commit(backup);
  say(`the backup ${id} is complete`);
  if (sources.some(({ from }) => !("backup" in from))) say(readBy(wanted));
  return backup;
}

/** Who can read the backup: a key that is in one place alone is lost with it. */
function readBy({ stage, recipients }: Pick<Wanted, "stage" | "recipients">): string {
  const { own, others } = recipients;
  if (own === undefined && others.length === 0) {
    return `it lies in clear: no key is known that backups of ${stage} are encrypted for; its output backups.recipient tells one after pulumi up -s ${stage}, and slipway:backup.recipients names others`;
  }
  const all = keysOf(recipients);
  if (others.length > 0) return `it is encrypted for ${all.join(", ")}`;
  return `it is encrypted for ${all.join(", ")}, and only the state of ${stage} has the key: keep a copy elsewhere, as slipway backups --key -s ${stage} prints it`;
}

async function one(
  engine: Engine,
  store: Store,
  id: string,
  { name, service, from }: Source,
  recipients: readonly string[],
  say: Say,
): Promise<Saved> {
  if ("backup" in from) {
    say(`taking ${name} over from ${from.backup.id}, of this change when it was interrupted`);
    await store.share(from.backup.id, id, from.saved.file);
    return from.saved;
  }
  say(`saving ${name} (${service.kind})`);
  const started = performance.now();
  const saved = await save(engine, store, id, name, service, from, recipients);
  say(`saved ${name}: ${megabytes(saved.bytes)} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return saved;
}

async function findSources(
  engine: Engine,
  wanted: Wanted,
  containers: readonly StageContainer[],
  backups: readonly Manifest[],
  say: Say,
): Promise<Source[]> {
  const sources: Source[] = [];
  for (const [name, service] of Object.entries(wanted.services)) {
    const from = await sourceOf(engine, name, wanted, containers, backups, say);
    if (from) {
      sources.push({ name, service, from });
    } else {
      say(`${name} has no container yet: nothing to save`);
    }
  }
  return sources;
}

async function sourceOf(
  engine: Engine,
  name: string,
  wanted: Wanted,
  containers: readonly StageContainer[],
  backups: readonly Manifest[],
  say: Say,
): Promise<Source["from"] | undefined> {
  const own = containers.filter(({ service }) => service === name);
  let wrong: string | undefined;
  for (const container of own) {
    await release(engine, container, wanted.services[name]);
    const found = await trouble(engine, container);
    if (found === undefined) {
      return container;
    }
    wrong ??= found;
  }
  const interrupted = interruptedBefore(name, wanted, own, backups);
  if (interrupted || own.length === 0) {
    return interrupted;
  }
  const holder = holderInstead(own, containers);
  if (holder) {
    say(`the data of ${name} are ${holder.service}'s by now`);
    return undefined;
  }
  for (const stopped of startable(own)) {
    say(`${name} had stopped: starting it, to save its data`);
    wrong = await startAgain(engine, stopped);
    if (wrong === undefined) {
      return stopped;
    }
    await stopContainers(engine, [stopped.id]);
  }
  throw new Error(
    `The service ${name} is not well, so its data cannot be saved: ${wrong}. Mend it (docker logs ${own[0]?.name}), or leave it out with x-slipway: { backup: false } in the stage's overlay.`,
  );
}

/**
 * The stopped containers of a service that may be started to save its data, one at a time: a person stopped them, or an
 * interrupted update did. The oldest comes first, because it was well once. While another one runs none may start: two
 * databases on one volume destroy its data.
 *
 * @param own the service's containers, none of which is well, oldest first
 */
export function startable<T extends Pick<StageContainer, "state">>(own: readonly T[]): T[] {
  return own.every(({ state }) => !state.Running) ? own.filter(({ state }) => state.Status === "exited") : [];
}

/**
 * The running container of another service that has taken over a volume or folder of a service's stopped containers.
 */
export function holderInstead<T extends Pick<StageContainer, "service" | "holds" | "state">>(
  own: readonly T[],
  containers: readonly T[],
): T | undefined {
  const held = own.flatMap(({ holds }) => holds);
  return own.every(({ state }) => !state.Running)
    ? containers.find((one) => !own.includes(one) && one.state.Running && one.holds.some((each) => held.includes(each)))
    : undefined;
}

/** @returns the problem; undefined: it has come up */
async function startAgain(engine: Engine, container: StageContainer): Promise<string | undefined> {
  try {
    await startContainer(engine, container.id);
  } catch (error) {
    return `its container does not start: ${error instanceof Error ? error.message : String(error)}`;
  }
  return trouble(engine, container);
}

/** Lets a container go on that a killed backup held still; no other backup is at work now. */
async function release(engine: Engine, { id, state }: StageContainer, service: DataService | undefined): Promise<void> {
  if (state.Paused && service && kindOf(service).save.way === "held") {
    await engine.command(["unpause", id]);
  }
}

/**
 * A change that was interrupted after its backup may have left the service without a container, or with one that never
 * came up: then its data are still those of that backup. A container older than the backup stood through the change and
 * says nothing of it.
 *
 * @param own the service's containers, none of which is well
 */
export function interruptedBefore(
  name: string,
  { from, settledAt }: Pick<Wanted, "from" | "settledAt">,
  own: readonly Pick<StageContainer, "created">[],
  backups: readonly Manifest[],
): Interrupted | undefined {
  const backup = backups.findLast(
    (candidate) => candidate.to !== null && candidate.from === from && candidate.services[name] !== undefined,
  );
  const saved = backup?.services[name];
  if (!backup || !saved || settledAt === undefined || Date.parse(backup.at) <= Date.parse(settledAt)) {
    return undefined;
  }
  const younger = own.every(({ created }) => Date.parse(created) > Date.parse(saved.at));
  return younger ? { backup, saved } : undefined;
}
