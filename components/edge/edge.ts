import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stageLabels, type StageId } from "../labels";
import { adminPort, edgeConfig, paths, releaseMap, serversConfig, type Route } from "./haproxy";

/** Inputs of {@link Edge}. */
export interface EdgeArgs {
  stage: StageId;
  routes: Route[];
  /** The networks on which it finds the services' containers. */
  networks: pulumi.Input<string>[];
}

/** The reverse proxy's image. */
const image = "haproxy:3.2";

/**
 * The reverse proxy that holds a stage's HTTP ports. Which containers it sends traffic to is the cutover's business; a
 * change of the ports themselves replaces it, with a short downtime.
 */
export class Edge extends pulumi.ComponentResource {
  readonly container: docker.Container;

  constructor(name: string, { stage, routes, networks }: EdgeArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:edge:Edge", name, {}, opts);
    const labels = stageLabels(stage, {}, { role: "edge" });
    const program = new docker.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, { parent: this });
    // The services' own networks may be internal; through this one the ports are published.
    const front = new docker.Network(`${name}-front`, { labels }, { parent: this });
    this.container = new docker.Container(
      `${name}-proxy`,
      {
        image,
        command: ["haproxy", "-W", "-db", "-f", paths.config, "-f", paths.servers],
        uploads: [
          { file: paths.config, content: edgeConfig(stage.stage, routes) },
          { file: paths.servers, content: serversConfig(routes, {}) },
          { file: paths.release, content: releaseMap("none") },
        ],
        ports: routes.map((route) => ({ internal: route.published, external: route.published, ip: route.hostIp })),
        networksAdvanced: [front.name, ...networks].map((network) => ({ name: network })),
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
        destroyGraceSeconds: 30,
        labels,
      },
      {
        parent: this,
        // Two of them cannot hold one port.
        deleteBeforeReplace: true,
        dependsOn: [program],
        replaceOnChanges: ["#initerror"],
      },
    );
    this.registerOutputs({ container: this.container.name });
  }
}
