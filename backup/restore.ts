import type { DataService } from "./dataServices";
import { kindOf } from "./kinds/kinds";
import type { Manifest, Saved } from "./manifest";
import type { Identity } from "./age/keys";
import { keysFor, restoring } from "./encryption";
import { line } from "./shell";
import { startContainer, stopContainers } from "../docker/containers";
import type { Engine } from "../docker/engine";
import type { Say } from "../docker/say";
import { trouble, type StageContainer } from "./containers";
import { onMachine } from "./onMachine";
import { besides, environment } from "./save";
import type { Store } from "./store";

/**
 * Restores the data of some services of a stage. All its other services are stopped meanwhile, so that none writes into
 * half-restored data or goes on with what it remembers; the edge stays.
 *
 * @param names the services of the backup that are restored
 * @param identities the private keys at hand; needed where the backup is encrypted
 * @throws Error naming a service that could not be restored; then the other services stay stopped
 */
export async function restore(
  engine: Engine,
  store: Store,
  backup: Manifest,
  names: readonly string[],
  containers: readonly StageContainer[],
  say: Say,
  identities: readonly Identity[] = [],
): Promise<void> {
  const targets = names.map((name) => [name, targetOf(name, backup.services[name], containers)] as const);
  const others = othersThan(servicesTaking(names, backup, containers), containers);
  if (others.length > 0) {
    say(`stopping ${others.map(({ service }) => service).join(", ")}`);
    await stopContainers(
      engine,
      others.map(({ id }) => id),
    );
  }
  for (const [name, container] of targets) {
    say(`restoring ${name} from ${backup.id}`);
    await bringBack(engine, store, backup, name, container, identities);
    say(`restored ${name}`);
  }
  if (others.length > 0) {
    say(`starting ${others.map(({ service }) => service).join(", ")}`);
    for (const { id } of others) await startContainer(engine, id);
  }
  await Promise.all([...targets.map(([, container]) => container), ...others].map((one) => well(engine, one)));
}

/**
 * The services that are stopped while others are restored, in the order in which they start again: those with data
 * first, because others wait for them.
 */
export function othersThan(names: readonly string[], containers: readonly StageContainer[]): StageContainer[] {
  return containers
    .filter(({ service, state }) => state.Running && !names.includes(service))
    .sort((a, b) => Number(b.volumes.length > 0) - Number(a.volumes.length > 0));
}

/** The services into which the data are restored: those of the same names, or those that have their volumes by now. */
export function servicesTaking(
  names: readonly string[],
  { services }: Pick<Manifest, "services">,
  containers: readonly StageContainer[],
): string[] {
  return names.map((name) => targetOf(name, services[name], containers).service);
}

function targetOf(name: string, saved: Saved | undefined, containers: readonly StageContainer[]): StageContainer {
  const own = containers.filter(({ service }) => service === name);
  const heirs = containers.filter(({ holds }) => holds.some((each) => saved?.holds?.includes(each)));
  const found = [...own, ...heirs].find(({ state }) => state.Running) ?? own[0] ?? heirs[0];
  if (!found) {
    throw new Error(`The service ${name} has no container to restore into: bring the stage up first, with pulumi up.`);
  }
  return found;
}

async function bringBack(
  engine: Engine,
  store: Store,
  { id, services }: Manifest,
  name: string,
  container: StageContainer,
  identities: readonly Identity[],
): Promise<void> {
  const saved = services[name] as Saved;
  const kind = kindOf(saved as DataService);
  const reading = store.reading(id, saved.file);
  const keys = keysFor(saved, identities);
  const env = environment(container);
  const passed = Object.keys(env).flatMap((key) => ["--env", key]);
  try {
    if (kind.restore.way === "told") {
      await startContainer(engine, container.id);
      await well(engine, container);
      const telling = line("docker", "exec", "--interactive", ...passed, container.id, "sh", "-c", kind.restore.script);
      await onMachine(engine, restoring(reading, saved, telling), env, keys);
      return;
    }
    const asking = kind.restore.ask;
    const asked =
      asking && container.state.Running
        ? await onMachine(engine, line("docker", "exec", ...passed, container.id, "sh", "-c", asking), env)
        : "";
    await stopContainers(engine, [container.id]);
    const options = ["--volumes-from", container.id, "--env", `SLIPWAY_ASKED=${asked.trim()}`];
    const placing = besides(container, kind.restore.script, ...options);
    await onMachine(engine, restoring(reading, saved, placing), {}, keys);
    await startContainer(engine, container.id);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The data of ${name} are not restored: ${reason}`, { cause: error });
  }
}

async function well(engine: Engine, container: StageContainer): Promise<void> {
  const wrong = await trouble(engine, container);
  if (wrong !== undefined) {
    throw new Error(
      `The service ${container.service} does not come up again: ${wrong}; see docker logs ${container.name}.`,
    );
  }
}
