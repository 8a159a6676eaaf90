import * as pulumi from "@pulumi/pulumi";
import type { Label } from "../../docker/labels";
import type { Orphans } from "../../docker/orphans/orphans";

/**
 * A hook for networks with an address range of their own, which cannot be there twice. It runs before such a network is made, when
 * its predecessor is gone (docs/decisions/leftovers.md).
 *
 * @param name unique in the program
 * @returns undefined under Pulumi's mocks, with which whoever uses the package tests a program: they say that they take hooks,
 *   and fail on the first one (sdk/nodejs/runtime/mocks.ts)
 */
export function clearing(name: string, orphans: Orphans): pulumi.ResourceHook | undefined {
  if (typeof pulumi.runtime.getMonitor()?.registerResourceHook !== "function") return undefined;
  return new pulumi.ResourceHook(name, async ({ newInputs }) => {
    const { labels = [], ipamConfigs = [] } = newInputs as { labels?: Label[]; ipamConfigs?: { subnet?: string }[] };
    const ranges = ipamConfigs.flatMap(({ subnet }) => subnet ?? []);
    await orphans.clearFor(Object.fromEntries(labels.map(({ label, value }) => [label, value])), ranges);
  });
}
