import type { DataService } from "./dataServices";
import { kindOf } from "./kinds/kinds";
import type { Manifest, Saved } from "./manifest";
import type { StageId } from "../docker/labels";
import { docker } from "../docker/command";
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
  store: Store,
  wanted: Wanted,
  containers: readonly StageContainer[],
  say: Say,
): Promise<Manifest | undefined> {
  await store.tidy();
  const sources = await findSources(wanted, containers, await store.list(), say);
  if (sources.length === 0) {
    return undefined;
  }
  const { id, project, stage, from, to } = wanted;
  await store.begin(id);
  const services: Record<string, Saved> = {};
  for (const source of sources) {
    services[source.name] = await one(store, id, source, say);
  }
  const backup: Manifest = {
    version: 1,
    id,
    project,
    stage,
    at: new Date().toISOString(),
    from,
    to,
    services,
    known: wanted.services,
  };
  await store.commit(backup);
  say(`the backup ${id} is complete`);
  return backup;
}

async function one(store: Store, id: string, { name, service, from }: Source, say: Say): Promise<Saved> {
  if ("backup" in from) {
    say(`taking ${name} over from ${from.backup.id}, of this change when it was interrupted`);
    await store.share(from.backup.id, id, from.saved.file);
    return from.saved;
  }
  say(`saving ${name} (${service.kind})`);
  const started = performance.now();
  const saved = await save(store, id, name, service, from);
  say(`saved ${name}: ${megabytes(saved.bytes)} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return saved;
}

async function findSources(
  wanted: Wanted,
  containers: readonly StageContainer[],
  backups: readonly Manifest[],
  say: Say,
): Promise<Source[]> {
  const sources: Source[] = [];
  for (const [name, service] of Object.entries(wanted.services)) {
    const from = await sourceOf(name, wanted, containers, backups, say);
    if (from) {
      sources.push({ name, service, from });
    } else {
      say(`${name} has no container yet: nothing to save`);
    }
  }
  return sources;
}

async function sourceOf(
  name: string,
  wanted: Wanted,
  containers: readonly StageContainer[],
  backups: readonly Manifest[],
  say: Say,
): Promise<Source["from"] | undefined> {
  const own = containers.filter(({ service }) => service === name);
  let wrong: string | undefined;
  for (const container of own) {
    await release(container, wanted.services[name]);
    const found = await trouble(container);
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
    wrong = await startAgain(stopped);
    if (wrong === undefined) {
      return stopped;
    }
    await docker(["stop", stopped.id]);
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
async function startAgain(container: StageContainer): Promise<string | undefined> {
  try {
    await docker(["start", container.id]);
  } catch (error) {
    return `its container does not start: ${error instanceof Error ? error.message : String(error)}`;
  }
  return trouble(container);
}

/** Lets a container go on that a killed backup held still; no other backup is at work now. */
async function release({ id, state }: StageContainer, service: DataService | undefined): Promise<void> {
  if (state.Paused && service && kindOf(service).save.way === "held") {
    await docker(["unpause", id]);
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
