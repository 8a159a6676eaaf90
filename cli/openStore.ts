import type { DataService } from "../backup/dataServices";
import { kindOfImage } from "../backup/images";
import type { Manifest } from "../backup/manifest";
import type { StageId } from "../docker/labels";
import type { Engine } from "../docker/engine";
import { engineOfStage } from "./machine";
import { stageContainers, type StageContainer } from "../backup/containers";
import { Store } from "../backup/store";

/** A stage's backups, and its containers. */
export interface Opened {
  /** The one of the stage's machine. */
  engine: Engine;
  store: Store;
  containers: StageContainer[];
  /** The complete backups, oldest first. */
  backups: Manifest[];
}

/**
 * Opens a stage's backups for some work.
 *
 * @throws Error where the stage has no container on its machine, or another backup or restore is at work
 */
export async function withStore<T>(stage: StageId, work: (opened: Opened) => Promise<T>): Promise<T> {
  const engine = await engineOfStage(stage.stage);
  const containers = await stageContainers(engine, stage);
  // A database's own image has a shell; what else a stage runs may not.
  const image = (containers.find(({ volumes }) => volumes.length > 0) ?? containers[0])?.imageId;
  if (image === undefined) {
    throw new Error(
      `The stage ${stage.stage} of ${stage.project} has no container on its machine: bring it up first, with pulumi up -s ${stage.stage}.`,
    );
  }
  const store = await Store.open(engine, stage, image);
  try {
    return await work({ engine, store, containers, backups: await store.list() });
  } finally {
    await store.close();
  }
}

/**
 * What of a stage is saved: what its last promotion saved or would have saved, with the commands that the compose file gives. Where
 * there was none yet, whatever runs an image that is known and writes to a volume.
 *
 * @param backups oldest first
 */
export function servicesOf(
  backups: readonly Manifest[],
  containers: readonly Pick<StageContainer, "service" | "image" | "volumes">[],
): Record<string, DataService> {
  const promotion = backups.findLast(({ to }) => to !== null);
  if (promotion) {
    return promotion.known as Record<string, DataService>;
  }
  const found = containers.flatMap(({ service, image, volumes }): [string, DataService][] => {
    const kind = volumes.length > 0 ? kindOfImage(image) : undefined;
    return kind ? [[service, { kind }]] : [];
  });
  return Object.fromEntries(found);
}
