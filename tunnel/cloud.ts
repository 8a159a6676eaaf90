import type * as pulumi from "@pulumi/pulumi";
import type { StageId } from "../docker/labels";
import { cloudPackage } from "../errors/missingPackage";
import type { CloudflareSettings } from "./plan";
import type { Ingress } from "./routes";

/** The credentials with which connectors serve a tunnel. */
export interface Credentials {
  /** A secret. */
  token: pulumi.Input<string>;
  /** Resources that exist before a connector, and outlive it. */
  after: pulumi.Resource[];
}

/** Inputs of the component that declares a tunnel's resources at Cloudflare. */
export interface CloudflareTunnelArgs {
  stage: StageId;
  settings: CloudflareSettings;
  ingress: readonly Ingress[];
  /** The token for cleaning up connections; undefined: the environment has it. */
  apiToken?: pulumi.Input<string>;
}

/** The part of Cloudflare's package for tunnels: its module `tunnels` exports it under that name. */
export interface Tunnels {
  declare(name: string, args: CloudflareTunnelArgs, opts: pulumi.ComponentResourceOptions): Credentials;
}

/**
 * Cloudflare's package for a tunnel that the stage declares; a stage that is given a token does without it.
 *
 * @throws Refusal saying that the package is missing
 */
export function tunnelsOf(): Tunnels {
  return cloudPackage<{ tunnels: Tunnels }>("slipway-cloudflare", "tunnels").tunnels;
}
