import type * as pulumi from "@pulumi/pulumi";
import type { Label } from "../../docker/labels";
import type { Orphans } from "../../docker/orphans/orphans";
import { hookOf } from "../hook";

/**
 * A hook for networks with an address range of their own, which cannot be there twice. It runs before such a network is made, when
 * its predecessor is gone (docs/decisions/leftovers.md).
 *
 * @param name unique in the program
 * @returns undefined under mocks, as {@link hookOf}
 */
export function clearing(name: string, orphans: Orphans): pulumi.ResourceHook | undefined {
  return hookOf(name, async (newInputs) => {
    const { labels = [], ipamConfigs = [] } = newInputs as { labels?: Label[]; ipamConfigs?: { subnet?: string }[] };
    const ranges = ipamConfigs.flatMap(({ subnet }) => subnet ?? []);
    await orphans.clearFor(Object.fromEntries(labels.map(({ label, value }) => [label, value])), ranges);
  });
}
