import type { StageId } from "../docker/labels";
import type { NamedVolume } from "../application/unnamedVolumes";
import { inspectContainers, listContainers, type Inspected } from "../docker/containers";
import type { Engine } from "../docker/engine";
import type { FoundMachine } from "../machine/machine";

/** The part of a container that is read here. */
type Mounting = Pick<Inspected, "Mounts"> & { Config: Pick<Inspected["Config"], "Labels"> };

/**
 * Warns that a volume without a name gets one, and its data stay behind on the old volume.
 *
 * @param named the volumes that the stage names
 * @param on gives the machine's Engine
 * @returns a sentence for each whose data a running container has elsewhere; none once the stage has the volume under its name
 */
export async function leftBehind(
  { project, stage }: StageId,
  named: readonly NamedVolume[],
  { volumes, vm, lacksDocker }: FoundMachine,
  on: () => Promise<Engine>,
): Promise<string[]> {
  const fresh = named.filter(({ name }) => !volumes.has(name));
  if (fresh.length === 0 || lacksDocker || (vm && !vm.answers)) return [];
  const labels = [`slipway.project=${project}`, `slipway.stage=${stage}`, "slipway.service"];
  const engine = await on();
  const listed = await listContainers<Pick<Inspected, "Id">>(engine, labels, { running: true });
  const running = await inspectContainers(
    engine,
    listed.map(({ Id: id }) => id),
  );
  return fresh.flatMap((volume) => elsewhere(volume, running));
}

/** @returns the sentence about a volume, once for each container that has one without a name at its place */
export function elsewhere({ service, target, name }: NamedVolume, running: readonly Mounting[]): string[] {
  return running
    .filter(({ Config: { Labels: labels } }) => labels?.["slipway.service"] === service)
    .flatMap(({ Mounts: mounts }) =>
      mounts.filter(({ Type, Destination }) => Type === "volume" && Destination === target),
    )
    .flatMap(({ Name = "" }) =>
      // The Engine's own names for volumes without a name.
      /^[0-9a-f]{64}$/.test(Name)
        ? [
            `What the service ${service} has at ${target} now is on a volume without a name, and stays there. To take it along, before the update: docker run --rm -v ${Name}:/from:ro -v ${name}:/to busybox cp -a /from/. /to/`,
          ]
        : [],
    );
}
