import type { TrackedPath } from "../application/written/projectMounts";
import type { StageId } from "../docker/labels";
import { PlacedError } from "../errors/placed";
import { lookAtAll } from "../errors/several";
import type { FoundMachine } from "../machine/machine";

/**
 * Makes sure that no data of a stage are left behind because git has come to hold the path that they are named after: a file that somebody
 * committed there would make the path configuration, and the service would begin anew without a word.
 *
 * @param tracked the paths that are configuration
 * @throws PlacedError for each whose data are on a volume of the stage
 */
export function checkFormerData(id: StageId, tracked: readonly TrackedPath[], { volumes }: FoundMachine): void {
  lookAtAll(formerData(id, tracked, volumes), ({ path, volume, service, index }) => {
    throw new PlacedError(
      ["services", service, "volumes", index],
      `The service ${service} has its data of ./${path} on the volume ${volume}, and git holds ./${path} by now, so that it would be configuration, and the data out of its sight: take it out of git (git rm -r --cached ${path}, and a line for it in .gitignore), or keep the data with x-slipway: { writable: [./${path}] }. Where the data are of no use any more, remove the volume first (docker volume rm ${volume}).`,
    );
  });
}

/**
 * The same for a stage that goes back to a release from before the path was data: nothing is to stand in the way of that.
 *
 * @returns a sentence for each
 */
export function formerDataNotices(id: StageId, tracked: readonly TrackedPath[], { volumes }: FoundMachine): string[] {
  return formerData(id, tracked, volumes).map(
    ({ path, volume, service }) =>
      `In this release ./${path} is configuration of the service ${service}: what is on the volume ${volume} stays there, and the service does not see it until a later release is back.`,
  );
}

function formerData(
  { project, stage }: StageId,
  tracked: readonly TrackedPath[],
  volumes: FoundMachine["volumes"],
): TrackedPath[] {
  return tracked.filter(({ volume }) => volumes.get(volume) === `${project}/${stage}`);
}
