import type { Service } from "../compose/index";
import { isBare } from "./extension";
import { isStopFirst, writableVolumes } from "./stopFirst";
import { seconds } from "./units";

/**
 * The longest time, in whole seconds, that a service's container may take to end when it is asked to. Compose's ten
 * seconds are too few for a database that writes its memory to disk: killed meanwhile, it has to recover at its next
 * start.
 */
export function stopGrace(service: Service): number {
  return Math.ceil(seconds(service.stop_grace_period ?? (holdsData(service) && !isBare(service) ? "60s" : "10s")));
}

function holdsData(service: Service): boolean {
  return isStopFirst(service) && writableVolumes(service).length > 0;
}
