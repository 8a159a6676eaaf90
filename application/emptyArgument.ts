import type { Service } from "../compose/index";

/**
 * Whether a service has an empty argument behind its image's own entrypoint. Pulumi's Docker provider takes one in an entrypoint alone; as the
 * two are one list to the Engine, the image's has to be known.
 */
export function lacksEntrypoint({ entrypoint, command }: Pick<Service, "entrypoint" | "command">): boolean {
  return !entrypoint && (command?.includes("") ?? false);
}
