import { z } from "zod";
import type { Service } from "../compose/index";

const command = z.union([z.string().min(1), z.array(z.string()).min(1)], {
  error: "a command: text for a shell, or a list of words",
});

/** Each key's message says what would be right. */
const schema = z.strictObject({
  /** Several containers may write to the service's volumes at once: it need not be stopped first. */
  sharesVolumes: z.boolean({ error: "true or false" }).optional(),
  /** False: what the compose file leaves open is left to Docker (docs/compose.md has the list). */
  defaults: z.boolean({ error: "true or false" }).optional(),
  /** The ports on which other services call this one by HTTP; none where the list is empty. */
  http: z.array(z.number().int().min(1).max(65535), { error: "a list of ports, such as [3000]" }).optional(),
  /** The ports inside of a database that are published as the file says, though they are open to all who reach the machine. */
  exposes: z.array(z.number().int().min(1).max(65535), { error: "a list of ports, such as [5432]" }).optional(),
  /** Mounts of what git holds, by the path of the project or by the one in the container: copied into a volume once, and written to there. */
  writable: z
    .array(z.string().min(1), { error: "a list of paths as the service's volumes have them, such as [./site.conf]" })
    .optional(),
  /** A job that a rollback runs as well. */
  onRollback: z.boolean({ error: "true or false" }).optional(),
  /**
   * How the service's data are saved and restored: `restore` reads what `command` prints. False: they are not saved.
   */
  backup: z
    .union([z.literal(false), z.strictObject({ command, restore: command })], {
      error: "false, or { command: …, restore: … }",
    })
    .optional(),
});

/** A service's settings under `x-slipway`, beyond the Compose Specification. */
export type Extension = z.infer<typeof schema>;

/**
 * The settings under a service's `x-slipway`, which {@link extensionProblems} has checked; empty where there are none.
 */
export function extensionOf(service: Service): Extension {
  return (service["x-slipway"] ?? {}) as Extension;
}

/** Whether the service leaves to Docker what its compose file does not say. */
export function isBare(service: Service): boolean {
  return extensionOf(service).defaults === false;
}

/**
 * Checks the settings under a service's `x-slipway`: a misspelt word would silently change what happens to the service.
 *
 * @returns each problem: its path below `x-slipway`, and what would be right
 */
export function extensionProblems(service: Service): { path: (string | number)[]; reason: string }[] {
  const extension = service["x-slipway"];
  if (extension === undefined || extension === null) {
    return [];
  }
  if (typeof extension !== "object" || Array.isArray(extension)) {
    return [{ path: [], reason: `is no map: write one with ${words}` }];
  }
  const result = schema.safeParse(extension);
  return (result.error?.issues ?? []).flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: [...(issue.path as (string | number)[]), key],
        reason: `is not known: it may be ${words}`,
      }));
    }
    return [{ path: issue.path as (string | number)[], reason: `must be ${issue.message}` }];
  });
}

const words = Object.keys(schema.shape).join(", ");
