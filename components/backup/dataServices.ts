import type { ComposeConfig, Service } from "../../compose/model";
import { extensionOf } from "../extension";
import { parseReference } from "../registry/reference";
import { Secrets } from "../services/secrets";
import { writableVolumes } from "../services/stopFirst";
import type { KindName } from "./kinds/kind";

/** Text for a shell, or a list of words. */
export type Command = string | string[];

/** How a service's data are saved. */
export type DataService =
  | { kind: Exclude<KindName, "own"> }
  | {
      kind: "own";
      /** What prints the backup. */
      command: Command;
      /** What reads it. */
      restore: Command;
    };

/** The last part of an image's name, by kind. An exporter or a web front of the same name begins the same and is no database. */
const images: Record<Exclude<KindName, "own">, RegExp> = {
  postgres: /^(postgres|postgresql|postgis|pgvector|timescaledb(-ha)?)$/,
  redis: /^(redis|valkey|redis-stack|redis-stack-server)$/,
  arangodb: /^(arangodb|enterprise)$/,
  neo4j: /^neo4j$/,
};

/** The programs that {@link images} could take another's image for: their last part says little. */
const owners: Partial<Record<KindName, RegExp>> = { arangodb: /(^|\/)arangodb(\/|$)/ };

/**
 * What program an image holds, by its name.
 *
 * @param reference an image's name, with or without registry, tag and digest
 * @returns undefined where it is none whose data Slipway knows how to save
 */
export function kindOfImage(reference: string): Exclude<KindName, "own"> | undefined {
  const { repository } = parseReference(reference);
  const last = repository.split("/").at(-1) ?? "";
  const found = Object.entries(images).find(
    ([kind, name]) => name.test(last) && (owners[kind as KindName]?.test(repository) ?? true),
  );
  return found?.[0] as Exclude<KindName, "own"> | undefined;
}

/**
 * The services of an application whose data are saved: those that say how themselves, and those whose image is known and that
 * write to a volume. A cache that keeps nothing has nothing to save.
 *
 * @throws Error naming a service whose command holds a secret
 */
export function dataServices(config: Pick<ComposeConfig, "services">): Record<string, DataService> {
  const found: Record<string, DataService> = {};
  for (const [name, service] of Object.entries(config.services ?? {})) {
    const data = dataService(name, service);
    if (data) {
      found[name] = data;
    }
  }
  return found;
}

function dataService(name: string, service: Service): DataService | undefined {
  const { backup } = extensionOf(service);
  if (backup === false || service.profiles?.some((profile) => ["job", "check"].includes(profile))) {
    return undefined;
  }
  if (backup) {
    checkOpen(name, backup);
    return { kind: "own", command: backup.command, restore: backup.restore };
  }
  const kind = service.image === undefined ? undefined : kindOfImage(service.image);
  return kind && writableVolumes(service).length > 0 ? { kind } : undefined;
}

/** A command can be read by everyone on the machine while it runs, and afterwards where it is written down. */
function checkOpen(name: string, commands: Record<string, Command>): void {
  const secret = Secrets.namesIn(JSON.stringify(commands))[0];
  if (secret !== undefined) {
    throw new Error(
      `The service ${name} has the secret ${secret} in x-slipway.backup, where anyone on the machine could read it: let the command read it inside the container, from a file of secrets: or from its environment.`,
    );
  }
}
