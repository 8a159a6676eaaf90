import type { BackupPlan } from "../backup/plan";
import { expired } from "../backup/retention";
import { stageContainers, type StageContainer } from "../backup/containers";
import { Store } from "../backup/store";
import { take } from "../backup/take";
import type { Engine } from "../docker/engine";
import type { Say } from "../docker/say";

/** What became of the backup before a change of the release. */
export interface BackupResult {
  /** Its name; null where there was nothing to save. */
  id: string | null;
}

/**
 * Saves a stage's data before its release changes, and takes old backups away once that has succeeded.
 *
 * @throws Error that says why nothing of the stage may be changed
 */
export async function backup(plan: BackupPlan, say: Say, engine: Engine): Promise<BackupResult> {
  const { due, id, services, last } = plan;
  if (!due || id === null) {
    say("the release does not change: no backup is due");
    return { id };
  }
  const containers = await stageContainers(engine, plan);
  const store = await opened(engine, plan, containers);
  if (!store) {
    say(`${Object.keys(services).join(", ")} has no container: nothing to save`);
    return { id: null };
  }
  const wanted = { ...plan, id, recipients: { own: plan.recipient, others: plan.recipients }, settledAt: last?.at };
  try {
    const taken = await take(engine, store, wanted, containers, say);
    if (!taken) {
      return { id: null };
    }
    await retire(store, plan, [id, last?.backup ?? id], say);
    return { id };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`There is no backup before ${plan.to}, so nothing was changed. ${reason}`, { cause: error });
  } finally {
    await store.close();
  }
}

/** Where no container with data is left, there may still be a backup of this change from when it was interrupted. */
async function opened(
  engine: Engine,
  plan: BackupPlan,
  containers: readonly StageContainer[],
): Promise<Store | undefined> {
  const image = containers.find(({ service }) => service in plan.services)?.imageId;
  if (image !== undefined) {
    return Store.open(engine, plan, image);
  }
  const other = containers[0]?.imageId;
  return other === undefined ? undefined : Store.open(engine, plan, other).catch(() => undefined);
}

/** A backup was taken: old ones that cannot be removed are no reason to stop. */
async function retire(store: Store, plan: BackupPlan, spared: string[], say: Say): Promise<void> {
  try {
    const ids = expired(await store.list(), plan, Date.now(), spared);
    await store.remove(ids);
    if (ids.length > 0) {
      say(`took away ${ids.join(", ")}`);
    }
  } catch (error) {
    say(`old backups stay: ${error instanceof Error ? error.message : String(error)}`);
  }
}
