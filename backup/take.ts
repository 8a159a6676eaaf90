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
  /** When the stage last came to the end of an update; ISO 8601, UTC. */
  settledAt?: string;
}

/** A service and where its data are to be had from. */
interface Source {
  name: string;
  service: DataService;
  from: StageContainer | Interrupted;
}

/** A backup that was taken before the same change, which was interrupted. */
interface Interrupted {
  backup: Manifest;
  saved: Saved;
}

/**
 * Takes a backup: all services' data, then the manifest, which makes it one.
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
 * The containers of a service that were stopped by somebody, or by an update that did not come to its end: one at a time may be started,
 * the oldest first, which was well once. Beside another one that runs all stay as they are: two databases on one volume are the end of
 * its data.
 *
 * @param own the service's containers, none of which is well, oldest first
 */
export function startable<T extends Pick<StageContainer, "state">>(own: readonly T[]): T[] {
  return own.every(({ state }) => !state.Running) ? own.filter(({ state }) => state.Status === "exited") : [];
}

/** The running container of another service that has taken over what all of a service's stopped ones held. */
export function holderInstead<T extends Pick<StageContainer, "service" | "holds" | "state">>(
  own: readonly T[],
  containers: readonly T[],
): T | undefined {
  const held = own.flatMap(({ holds }) => holds);
  return own.every(({ state }) => !state.Running)
    ? containers.find((one) => !own.includes(one) && one.state.Running && one.holds.some((each) => held.includes(each)))
    : undefined;
}

/** @returns what is wrong with it; undefined where it has come up */
async function startAgain(container: StageContainer): Promise<string | undefined> {
  try {
    await docker(["start", container.id]);
  } catch (error) {
    return `its container does not start: ${error instanceof Error ? error.message : String(error)}`;
  }
  return trouble(container);
}

/** Whoever was killed while it held a container still could not let it go on; nobody else is at work now. */
async function release({ id, state }: StageContainer, service: DataService | undefined): Promise<void> {
  if (state.Paused && service && kindOf(service).save.way === "held") {
    await docker(["unpause", id]);
  }
}

/**
 * A change that was interrupted behind its backup may have left the service without a container, or with one that never came up: then
 * its data are still those of that backup. A container that is older than the backup stood through it, and tells nothing of the kind.
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
