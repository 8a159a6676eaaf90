import type { ComposeConfig, Service } from "../../compose/model";
import { upstreams, type Listener } from "../edge/layout";
import { seconds } from "./units";

/** How long, in whole seconds, a service's container may take to end when it is asked to; Compose's own default is 10. */
export function stopGrace({ stop_grace_period = "10s" }: Service): number {
  return Math.ceil(seconds(stop_grace_period));
}

/** The same of every service behind the edge: so long may requests that are under way take at a cutover. */
export function graces({ services }: ComposeConfig, listening: readonly Listener[]): Record<string, number> {
  const behind = [...new Set(upstreams(listening).map(({ service }) => service))].sort();
  return Object.fromEntries(behind.flatMap((name) => (services[name] ? [[name, stopGrace(services[name])]] : [])));
}
