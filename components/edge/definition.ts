import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Application } from "../application";
import { edgeConfig, upstreamList } from "./config";
import { edgeName, insidePort, paths } from "./layout";
import { edgeNetworks, isPublished } from "./routes";

/** Everything that an edge is made of: where any of it is another, another edge takes its place, with a short downtime. */
export interface EdgeDefinition {
  image: string;
  /** The files in its container, by path. */
  files: Record<string, string>;
  ports: { internal: number; external: number; ip?: string }[];
  /** The networks that it joins, by the compose file's key, with the names that lead to it there. */
  networks: Record<string, string[]>;
  /** What it is called on its own network; undefined: nobody calls it there. */
  names?: string[];
}

/** The reverse proxy's image. */
const image = "haproxy:3.2";

/**
 * What the edge of a stage is made of.
 *
 * @returns undefined for a stage that needs none
 */
export function defineEdge(
  stage: string,
  {
    config,
    routes,
    redirect,
    called,
    listening,
  }: Pick<Application, "config" | "routes" | "redirect" | "called" | "listening">,
): EdgeDefinition | undefined {
  if (listening.length === 0) {
    return undefined;
  }
  return {
    image,
    files: {
      [paths.config]: edgeConfig(stage, listening),
      [paths.upstreams]: upstreamList(listening),
      [paths.guard]: readFileSync(join(__dirname, "guard.sh"), "utf8"),
    },
    ports: [
      ...routes.filter(isPublished),
      ...(redirect === undefined ? [] : [{ published: redirect, hostIp: undefined }]),
    ].map(({ published, hostIp }) => ({ internal: insidePort(published, listening), external: published, ip: hostIp })),
    networks: edgeNetworks(config, routes, called),
    ...(routes.some(({ hosts }) => hosts) ? { names: [edgeName] } : {}),
  };
}

/** The same for the same definition, and short enough for a label. */
export function fingerprintOf(definition: EdgeDefinition): string {
  return createHash("sha256").update(JSON.stringify(definition)).digest("hex").slice(0, 16);
}

/**
 * What a person has to know before an edge is replaced.
 *
 * @param running the fingerprint of the edge that runs; undefined: none does
 * @returns undefined where none is replaced
 */
export function downtimeOf(definition: EdgeDefinition | undefined, running: string | undefined): string | undefined {
  if (running === undefined || (definition && fingerprintOf(definition) === running)) {
    return undefined;
  }
  const ports = definition?.ports.map(({ external }) => external).join(", ");
  return `The edge is replaced: for a second or two nothing answers ${ports ? `on port ${ports}` : "for it"}.`;
}
