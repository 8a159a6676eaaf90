import type * as pulumi from "@pulumi/pulumi";
import type { HealthWatch } from "../docker/healthWatch";
import { calledPart, partOf } from "../docker/holders/holder";
import type { Label } from "../docker/labels";
import { log } from "../errors/log";
import { hookOf } from "./hook";

/**
 * A hook for containers that are waited for until they are healthy. The Docker provider waits for as long as their health check could take,
 * and says no more than that they failed; from just before they are made they are watched, and given up as soon as the Engine calls
 * them unhealthy or they have ended, in words that help (docs/decisions/unhealthy.md).
 *
 * @param name unique in the program
 * @param parent shows what is wrong with a container, which has no name before it is made
 * @returns undefined under mocks, as {@link hookOf}
 */
export function watching(name: string, watch: HealthWatch, parent: pulumi.Resource): pulumi.ResourceHook | undefined {
  return hookOf(name, async (newInputs) => {
    const {
      labels = [],
      wait,
      waitTimeout = 60,
    } = newInputs as { labels?: Label[]; wait?: boolean; waitTimeout?: number };
    if (!wait) return;
    const own = Object.fromEntries(labels.map(({ label, value }) => [label, value]));
    const expected = { who: whoIs(own), labels: slipways(own), within: waitTimeout };
    await watch.begin(expected, (words) => log.error(words, parent));
  });
}

function whoIs(labels: Readonly<Record<string, string>>): string {
  const service = labels["slipway.service"];
  if (service !== undefined) return `The service ${service}`;
  const part = partOf(labels);
  const called = part ? calledPart(part) : `connector ${labels["slipway.connector"]} of the tunnel`;
  return `${called.slice(0, 1).toUpperCase()}${called.slice(1)}`;
}

/** The labels by which a container is found again after its inputs have changed. */
function slipways(labels: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(labels).filter(
    ([label]) => label.startsWith("slipway.") && label !== "slipway.definition",
  );
  return Object.fromEntries(kept);
}
