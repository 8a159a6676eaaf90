import { inspectContainers } from "../docker/containers";
import type { Engine } from "../docker/engine";
import { backendName, type Slot, type Upstream } from "./layout";
import { namesIn, serverName } from "./replicas";
import type { RunningEdge } from "./running";
import { placeOf } from "./state";

/** How long, in milliseconds, the edge may take to find new containers. */
const patience = 10_000;

/**
 * Waits until a running edge sends to the addresses of the containers in a slot.
 *
 * @param said what it answered when they were put there
 * @returns the addresses of the containers on their networks, by name
 * @throws Error naming the services whose containers it does not find
 */
export async function untilFound(
  edge: RunningEdge,
  {
    behind,
    containers,
    slot,
  }: { behind: readonly Upstream[]; containers: Readonly<Record<string, string>>; slot: Slot },
  said: string,
): Promise<ReadonlyMap<string, string[]>> {
  const found = await addressesOf(edge.engine, Object.values(containers).flatMap(namesIn));
  const until = Date.now() + patience;
  for (;;) {
    const addresses = await edge.addresses();
    const missing = behind.filter((upstream) => {
      const names = containers[upstream.service];
      const backend = backendName(upstream, slot);
      return (names ? namesIn(names) : []).slice(0, upstream.replicas ?? 1).some((name, index) => {
        const address = addresses.get(placeOf(backend, serverName(index))) ?? "";
        return !(found.get(name) ?? []).includes(address);
      });
    });
    if (missing.length === 0) return found;
    if (Date.now() > until) {
      const services = [...new Set(missing.map(({ service }) => service))].join(", ");
      throw new Error(`The edge does not find the new containers of ${services}. It said: ${said.trim() || "nothing"}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The addresses of containers on their networks, by name. */
async function addressesOf(engine: Engine, containers: string[]): Promise<Map<string, string[]>> {
  const found = await inspectContainers(engine, containers);
  return new Map(
    found.map(({ NetworkSettings: { Networks: networks } }, index) => {
      const addresses = Object.values(networks ?? {}).map(({ IPAddress: address }) => address);
      return [containers[index] ?? "", addresses.filter(Boolean)];
    }),
  );
}
