import type { Command, DataService } from "../dataServices";
import { line } from "../shell";
import { arangodb } from "./arangodb";
import type { Kind, Known } from "./kind";
import { neo4j } from "./neo4j";
import { postgres } from "./postgres";
import { redis } from "./redis";

/** The programs whose data Slipway knows how to save. */
export const known = { postgres, redis, arangodb, neo4j } satisfies Record<string, Known>;

/** The names of these programs. */
export type KnownKind = keyof typeof known;

/** All kinds; `own` stands for commands in the compose file. */
export const kindNames = [...(Object.keys(known) as KnownKind[]), "own"] as const;

/** How a data service is saved and brought back. */
export function kindOf(service: DataService): Kind {
  if (service.kind !== "own") {
    return known[service.kind];
  }
  return {
    extension: "backup",
    save: { way: "asked", script: script(service.command) },
    restore: { way: "told", script: script(service.restore) },
    // The program is unknown: it counts as ready when its container has run for a moment.
    scratch: { env: {}, ready: "sleep 2" },
  };
}

function script(command: Command): string {
  return typeof command === "string" ? command : `exec ${line(...command)}`;
}
