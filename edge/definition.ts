import { createHash } from "node:crypto";
import type { ComposeConfig } from "../compose/index";
import { ownImages } from "../settings/ownImages";
import { insidePort, paths, type Called, type Listener, type Route } from "./layout";
import { guardFor } from "./replicas";
import { edgeNetworks, isPublished } from "./routes";

/**
 * Everything that an edge's container is made of: a change of any of it replaces the edge, with a short downtime. The
 * services that it leads callers to, and their names, are not part of it.
 */
export interface EdgeDefinition {
  image: string;
  /** The files in its container, by path. */
  files: Record<string, string>;
  ports: { internal: number; external: number; ip?: string }[];
  /** The networks that it joins, by the compose file's key. */
  networks: string[];
  /** How it is kept to itself: the same word for the same capabilities and the same file system. */
  confined: string;
}

/** The part of an application that its stage's edge serves. */
export interface Published {
  config: ComposeConfig;
  /** The published ports that the edge holds. */
  routes: Route[];
  /** The published port on which it sends callers on to HTTPS. */
  redirect?: number;
  /** The services whose name leads to it. */
  called: Called[];
  /** Where it listens for both; empty in a stage without an edge. */
  listening: Listener[];
}

/** The reverse proxy's image. */
export const image = ownImages.proxy;

/**
 * The definition of a stage's edge.
 *
 * @returns undefined for a stage that needs none
 */
export function defineEdge({ config, routes, redirect, called, listening }: Published): EdgeDefinition | undefined {
  if (listening.length === 0) {
    return undefined;
  }
  return {
    image,
    files: {
      [paths.guard]: guardFor(listening),
    },
    ports: [
      ...routes.filter(isPublished),
      ...(redirect === undefined ? [] : [{ published: redirect, hostIp: undefined }]),
    ].map(({ published, hostIp }) => ({ internal: insidePort(published, listening), external: published, ip: hostIp })),
    networks: edgeNetworks(config, routes, called),
    confined: "no capabilities, read-only",
  };
}

/** A hash that is equal for equal definitions, and short enough for a label. */
export function fingerprintOf(definition: EdgeDefinition): string {
  return createHash("sha256").update(JSON.stringify(definition)).digest("hex").slice(0, 16);
}

/**
 * Warns before an edge is replaced.
 *
 * @param running the fingerprint of the edge that runs; undefined: none does
 * @returns undefined where none is replaced
 */
export function downtimeOf(definition: EdgeDefinition | undefined, running: string | undefined): string | undefined {
  if (running === undefined || (definition && fingerprintOf(definition) === running)) {
    return undefined;
  }
  const ports = definition?.ports.map(({ external }) => external).join(", ");
  return `The edge is replaced: for a second or two nothing answers ${ports ? `on port ${ports}` : "for it"}.${definition ? " Unless the new one becomes well, the one that is there runs again." : ""}`;
}
