import type { StageId } from "../docker/labels";
import type { NamedVolume } from "../application/unnamedVolumes";
import { askDocker } from "../machine/engine";
import type { FoundMachine } from "../machine/machine";

/** The part of a container's `docker inspect` that is read here. */
interface Mounting {
  labels: Record<string, string> | null;
  mounts: { Type: string; Name?: string; Destination: string }[];
}

/**
 * Warns that a volume without a name gets one, and its data stay behind on the old volume.
 *
 * @param named the volumes that the stage names
 * @returns a sentence for each whose data a running container has elsewhere; none once the stage has the volume under
 *   its name
 */
export async function leftBehind(
  { project, stage }: StageId,
  named: readonly NamedVolume[],
  { name: machine, volumes, vm, lacksDocker }: FoundMachine,
): Promise<string[]> {
  const fresh = named.filter(({ name }) => !volumes.has(name));
  if (fresh.length === 0 || lacksDocker || (vm && !vm.answers)) return [];
  const labels = [`label=slipway.project=${project}`, `label=slipway.stage=${stage}`, "label=slipway.service"];
  const listed = await askDocker(machine, "ps", "--quiet", ...labels.flatMap((label) => ["--filter", label]));
  const ids = listed.split("\n").filter(Boolean);
  if (ids.length === 0) return [];
  const format = '{"labels":{{json .Config.Labels}},"mounts":{{json .Mounts}}}';
  const text = await askDocker(machine, "container", "inspect", "--format", format, ...ids);
  const running = text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Mounting);
  return fresh.flatMap((volume) => elsewhere(volume, running));
}

/** @returns the sentence about a volume, once for each container that has one without a name at its place */
export function elsewhere({ service, target, name }: NamedVolume, running: readonly Mounting[]): string[] {
  return running
    .filter(({ labels }) => labels?.["slipway.service"] === service)
    .flatMap(({ mounts }) => mounts.filter(({ Type, Destination }) => Type === "volume" && Destination === target))
    .flatMap(({ Name = "" }) =>
      // The Engine's own names for volumes without a name.
      /^[0-9a-f]{64}$/.test(Name)
        ? [
            `What the service ${service} has at ${target} now is on a volume without a name, and stays there. To take it along, before the update: docker run --rm -v ${Name}:/from:ro -v ${name}:/to busybox cp -a /from/. /to/`,
          ]
        : [],
    );
}
