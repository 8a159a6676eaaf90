import type { ComposeConfig, Service } from "../compose/index";
import { extensionOf } from "../application/extension";
import { Secrets } from "../application/secrets";
import { writableVolumes } from "../application/stopFirst";
import { kindOfImage } from "./images";
import type { KnownKind } from "./kinds/kinds";

/** Text for a shell, or a list of words. */
export type Command = string | string[];

/** How a service's data are saved. */
export type DataService =
  | { kind: KnownKind }
  | {
      kind: "own";
      /** Prints the backup. */
      command: Command;
      /** Reads the backup. */
      restore: Command;
    };

/**
 * The services of an application whose data are saved: those that say how themselves, and those that have a known image
 * and write to a volume. A cache without a volume has nothing to save.
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

/** Everyone on the machine can read a command while it runs, and later wherever it is logged. */
function checkOpen(name: string, commands: Record<string, Command>): void {
  const secret = Secrets.namesIn(JSON.stringify(commands))[0];
  if (secret !== undefined) {
    throw new Error(
      `The service ${name} has the secret ${secret} in x-slipway.backup, where anyone on the machine could read it: let the command read it inside the container, from a file of secrets: or from its environment.`,
    );
  }
}
