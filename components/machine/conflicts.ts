import type { Application } from "../application";
import type { StageId } from "../labels";
import type { Machine } from "./local";

/**
 * Makes sure that a stage takes nothing on its machine that is another stage's.
 *
 * @throws Error naming the volume and the stage that it belongs to
 */
export function checkMachine({ project, stage }: StageId, { config }: Application, { volumes }: Machine): void {
  for (const [key, volume] of Object.entries(config.volumes ?? {})) {
    const owner = volumes.get(volume.name);
    if (owner !== undefined && owner !== `${project}/${stage}`) {
      throw new Error(
        `The volume ${key} is named ${volume.name}, which belongs to the stage ${owner}: take name: away, or put the stage into it, as in name: \${SLIPWAY_STAGE}_${key}.`,
      );
    }
    if (volume.external && !volumes.has(volume.name)) {
      throw new Error(
        `The volume ${key} is external and named ${volume.name}, which this machine does not have: create it (docker volume create ${volume.name}), or take external away.`,
      );
    }
  }
}
