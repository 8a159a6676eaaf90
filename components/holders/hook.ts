import type * as pulumi from "@pulumi/pulumi";
import type { Label } from "../../docker/labels";
import { partOf } from "../../docker/holders/holder";
import type { Holders } from "../../docker/holders/holders";
import { hookOf } from "../hook";

/**
 * A hook for containers that cannot run beside their own former selves, or beside others: it runs just before such a container is
 * made, and stops what is in its way (docs/decisions/holders.md).
 *
 * @param name unique in the program
 * @returns undefined under mocks, as {@link hookOf}
 */
export function yielding(name: string, holders: Holders): pulumi.ResourceHook | undefined {
  return hookOf(name, async (newInputs) => {
    const { labels = [] } = newInputs as { labels?: Label[] };
    const part = partOf(Object.fromEntries(labels.map(({ label, value }) => [label, value])));
    if (part !== undefined) await holders.yieldTo(part);
  });
}
