import * as pulumi from "@pulumi/pulumi";
import type { Recorded } from "../../steps/record";
import type { StageId } from "../../docker/labels";
import type { Orphans } from "../../docker/orphans/orphans";
import { log } from "../../errors/log";

/**
 * Ends an update, also one without changes, by taking away what no longer belongs to the stage: containers of services that are
 * not the verified ones, and an edge or a registry that is not the declared one. What the update itself replaced is among them; the
 * engine does not find it any more. A declared container that stopped for one of them starts again.
 *
 * No resource does this: an update that was killed and then taken back changes nothing that a resource could see, while the
 * container that it left behind answers under its service's name.
 *
 * @param declared the ids of all containers that the program declares: of those that the record verifies, and of all others. Where
 *   the first are not the verified ones, as in an update of some targets only, nothing is taken away.
 */
export function clearedAfter(
  recorded: pulumi.Output<Recorded>,
  declared: { verified: pulumi.Output<string[]>; others: pulumi.Output<string[]> },
  stage: StageId,
  orphans: Orphans | undefined,
): pulumi.Output<Omit<Recorded, "verified">> {
  const all = pulumi.all([recorded, declared.verified, declared.others]);
  return all.apply(async ([{ verified, ...rest }, ids, others]) => {
    if (orphans && !pulumi.runtime.isDryRun() && isSame(verified, ids)) {
      await orphans.clearAllBut(stage, [...ids, ...others]).catch((error: unknown) => {
        // The release is verified and recorded; the next update tries again.
        log.warn(`Something that an update left could not be taken away: ${String(error)}`);
      });
    }
    return rest;
  });
}

function isSame(verified: readonly string[] = [], ids: readonly string[]): boolean {
  return verified.length === ids.length && verified.every((id) => ids.includes(id));
}
