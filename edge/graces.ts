import { stopGrace } from "../application/grace";
import type { ComposeConfig } from "../compose/model";
import { upstreams, type Listener } from "./layout";

/**
 * How long, in whole seconds, the containers of each service behind the edge may take to end: so long may requests that are under way
 * take at a cutover.
 */
export function graces({ services }: ComposeConfig, listening: readonly Listener[]): Record<string, number> {
  const behind = [...new Set(upstreams(listening).map(({ service }) => service))].sort();
  return Object.fromEntries(behind.flatMap((name) => (services[name] ? [[name, stopGrace(services[name])]] : [])));
}
