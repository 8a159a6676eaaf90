import type { Command, DataService } from "../dataServices";
import { line } from "../shell";
import { arangodb } from "./arangodb";
import type { Kind, KnownKind } from "./kind";
import { neo4j } from "./neo4j";
import { postgres } from "./postgres";
import { redis } from "./redis";

const known: Record<KnownKind, Kind> = { postgres, redis, arangodb, neo4j };

/** How a data service is saved and brought back. */
export function kindOf(service: DataService): Kind {
  if (service.kind !== "own") {
    return known[service.kind];
  }
  return {
    extension: "backup",
    save: { way: "asked", script: script(service.command) },
    restore: { way: "told", script: script(service.restore) },
    // Nothing is known of the program: it counts as ready when its container has run for a moment.
    scratch: { env: {}, ready: "sleep 2" },
  };
}

function script(command: Command): string {
  return typeof command === "string" ? command : `exec ${line(...command)}`;
}
