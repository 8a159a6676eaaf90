import * as pulumi from "@pulumi/pulumi";
import type { Holders } from "../../docker/holders/holders";

/**
 * Comes when all that something needs which runs once is there, and nothing is in its way any more: it is made by a step, not as a
 * resource, so there is no hook that could stop what holds its volumes. Without the resources' own outputs, of which the step's input
 * would be a part: what is replaced there would then count as a change of the step.
 *
 * @param holders undefined: nothing is stopped
 * @param needs what must be there before
 */
export function wayFor(
  part: `job ${string}` | `check ${string}`,
  holders: Pick<Holders, "yieldTo"> | undefined,
  needs: readonly pulumi.Resource[],
): pulumi.Output<void> {
  if (!holders || pulumi.runtime.isDryRun()) return pulumi.output(undefined);
  const there = pulumi.all(needs.map(({ urn }) => urn));
  return pulumi.output(new Promise<void>((done, fail) => there.apply(() => holders.yieldTo(part).then(done, fail))));
}
