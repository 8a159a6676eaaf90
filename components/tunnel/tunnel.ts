import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Edge } from "../edge/edge";
import type { StageId } from "../../docker/labels";
import { Connectors } from "./connectors";
import { tunnelsOf, type Credentials } from "../../tunnel/cloud";
import { apiToken, type TunnelPlan } from "../../tunnel/plan";
import type { Ingress } from "../../tunnel/routes";

/** What a stage tells of its tunnel. */
export interface TunnelOutputs {
  /** The names under which people reach the stage. */
  hostnames: string[];
  /** The address to which the tunnel has to send the callers of each name. */
  origins: Record<string, string>;
}

/** Inputs of {@link Tunnel}. */
export interface TunnelArgs {
  stage: StageId;
  plan: TunnelPlan;
  /** Where it leads. */
  edge: Edge;
  /** Gives up on a new connector that does not connect. */
  watched?: pulumi.ResourceHook;
}

/** What leads people to a stage that has no open port: what Cloudflare has to know, and the connectors on the machine. */
export class Tunnel extends pulumi.ComponentResource {
  /** By name. */
  readonly connectors: Record<string, docker.Container>;

  /**
   * @param name which everything of it begins with
   */
  constructor(name: string, { stage, plan, edge, watched }: TunnelArgs, opts: pulumi.ComponentResourceOptions) {
    super("slipway:tunnel:Tunnel", name, {}, opts);
    const credentials = credentialsOf(`${name}-cloudflare`, stage, plan, { parent: this });
    const { image, connectors: count } = plan;
    this.connectors = new Connectors(
      `${stage.project}-${stage.stage}-connector`,
      {
        stage,
        count,
        image,
        network: edge.network,
        token: credentials.token,
        watched,
        // A visitor who comes through the tunnel has to find the service running.
        after: [edge.container, ...credentials.after],
      },
      { parent: this },
    ).containers;
    this.registerOutputs({});
  }
}

function credentialsOf(
  name: string,
  stage: StageId,
  { access, ingress }: TunnelPlan,
  opts: pulumi.ComponentResourceOptions,
): Credentials {
  if (access.kind === "token") return { token: pulumi.secret(access.token), after: [] };
  const { settings } = access;
  return tunnelsOf().declare(name, { stage, settings, ingress, apiToken: apiToken() }, opts);
}

/** What a stage tells of a tunnel that leads there. */
export function tunnelOutputs(ingress: readonly Ingress[]): TunnelOutputs {
  return {
    hostnames: ingress.map(({ host }) => host),
    origins: Object.fromEntries(ingress.map(({ host, origin }) => [host, origin])),
  };
}

/** The address of a stage behind a tunnel: that of its first name. */
export function tunnelUrl([first]: readonly Ingress[]): string | undefined {
  return first && `https://${first.host}`;
}
