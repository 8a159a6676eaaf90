import type { Service } from "../compose/model";
import { isStopFirst, writableVolumes } from "./stopFirst";
import { seconds } from "./units";

/**
 * How long, in whole seconds, a service's container may take to end when it is asked to. That is the most that a stop may take, not
 * what it takes. Compose's ten seconds are too few for a database that writes out what it holds in memory; killed in that, it has to
 * recover when it starts again.
 */
export function stopGrace(service: Service): number {
  return Math.ceil(seconds(service.stop_grace_period ?? (holdsData(service) ? "60s" : "10s")));
}

function holdsData(service: Service): boolean {
  return isStopFirst(service) && writableVolumes(service).length > 0;
}
