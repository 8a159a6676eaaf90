import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stageLabels, type StageId } from "../labels";
import { clearedBy } from "../leftovers/hook";
import { edgeConfig, upstreamList } from "./config";
import { adminPort, insidePort, paths, type Listener, type Route } from "./layout";

/** Inputs of {@link Edge}. */
export interface EdgeArgs {
  stage: StageId;
  /** The published ports. */
  routes: readonly Route[];
  /** Where it listens. */
  listening: readonly Listener[];
  /** The networks on which it finds the services' containers, with the names that lead to it there. */
  networks: { name: pulumi.Input<string>; aliases: string[] }[];
  /** Clears the way for it. */
  clears?: pulumi.ResourceHook;
}

/** The reverse proxy's image. */
const image = "haproxy:3.2";

/**
 * The reverse proxy that holds a stage's HTTP ports, and the names by which its services call each other. Which containers it
 * sends traffic to is the cutover's business, and kept on a volume; a change of the ports or names replaces it, with a short downtime.
 */
export class Edge extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(
    name: string,
    { stage, routes, listening, networks, clears }: EdgeArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:edge:Edge", name, {}, opts);
    const labels = stageLabels(stage, {}, { role: "edge" });
    const program = new docker.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, { parent: this });
    // The services' own networks may be internal; through this one the ports are published.
    const front = new docker.Network(`${name}-front`, { labels }, { parent: this });
    // Which containers serve: an edge that takes the place of another goes on where that one was.
    const state = new docker.Volume(
      `${name}-state`,
      { name, labels: stageLabels(stage, {}, { files: "edge" }) },
      { parent: this },
    );
    this.container = new docker.Container(
      `${name}-proxy`,
      {
        image,
        entrypoints: ["bash", paths.guard],
        uploads: [
          { file: paths.config, content: edgeConfig(stage.stage, listening) },
          { file: paths.upstreams, content: upstreamList(listening) },
          { file: paths.guard, content: guard() },
        ],
        volumes: [{ volumeName: state.name, containerPath: paths.state }],
        ports: routes.map(({ published, hostIp }) => ({
          internal: insidePort(published, listening),
          external: published,
          ip: hostIp,
        })),
        networksAdvanced: [{ name: front.name }, ...networks],
        healthcheck: {
          tests: ["CMD", "bash", "-c", `exec 3<>/dev/tcp/127.0.0.1/${adminPort}`],
          interval: "2s",
          timeout: "2s",
          retries: 5,
        },
        wait: true,
        waitTimeout: 60,
        restart: "unless-stopped",
        memory: 256,
        memorySwap: 256,
        securityOpts: ["no-new-privileges:true"],
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        destroyGraceSeconds: 10,
        labels,
      },
      {
        parent: this,
        // Two of them cannot hold one port.
        deleteBeforeReplace: true,
        ...clearedBy(clears),
        dependsOn: [program],
        replaceOnChanges: ["#initerror"],
      },
    );
    this.registerOutputs({ container: this.container.name });
  }
}

function guard(): string {
  return readFileSync(join(__dirname, "guard.sh"), "utf8");
}
