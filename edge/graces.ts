import { stopGrace } from "../application/grace";
import type { ComposeConfig } from "../compose/index";
import { upstreams, type Listener } from "./layout";

/**
 * The longest time, in whole seconds, that the containers of each service behind the edge may take to end. Requests
 * that are under way at a cutover have so long.
 */
export function graces({ services }: ComposeConfig, listening: readonly Listener[]): Record<string, number> {
  const behind = [...new Set(upstreams(listening).map(({ service }) => service))].sort();
  return Object.fromEntries(behind.flatMap((name) => (services[name] ? [[name, stopGrace(services[name])]] : [])));
}
