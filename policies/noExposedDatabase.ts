import { containersOf } from "./container";
import { exposedBy } from "./databasesOnLoopback";
import type { Rule } from "./rule";

/** `x-slipway: { exposes: … }` opens a database's port on purpose; an organisation may want none of that. */
export const noExposedDatabase: Rule = {
  name: "no-exposed-database",
  description: "No service insists on a database's port beyond loopback (x-slipway.exposes).",
  problems(resource) {
    return containersOf(resource).flatMap((container) =>
      exposedBy(container).map(
        (port) =>
          `${container.name} opens the port ${port} of a database to all who reach the machine: take it out of x-slipway.exposes, and reach it through SSH (ssh -L).`,
      ),
    );
  },
};
