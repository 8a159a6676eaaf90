import type * as pulumi from "@pulumi/pulumi";
import type { StageId } from "../docker/labels";
import { cloudPackage } from "../errors/missingPackage";
import type { CloudflareSettings } from "./plan";
import type { Ingress } from "./routes";

/** What lets connectors serve a tunnel. */
export interface Credentials {
  /** A secret. */
  token: pulumi.Input<string>;
  /** What has to be there before a connector, and outlives it. */
  after: pulumi.Resource[];
}

/** Inputs of the component that declares what a tunnel has at Cloudflare. */
export interface CloudflareTunnelArgs {
  stage: StageId;
  settings: CloudflareSettings;
  ingress: readonly Ingress[];
  /** With which connections are cleaned up; undefined: the environment has it. */
  apiToken?: pulumi.Input<string>;
}

/** What Cloudflare's package does about tunnels: what its module `tunnels` exports under that name. */
export interface Tunnels {
  declare(name: string, args: CloudflareTunnelArgs, opts: pulumi.ComponentResourceOptions): Credentials;
}

/**
 * What a tunnel needs that a stage declares itself: one that is given a token loads no package.
 *
 * @throws Refusal saying that the package is missing
 */
export function tunnelsOf(): Tunnels {
  return cloudPackage<{ tunnels: Tunnels }>("slipway-cloudflare", "tunnels").tunnels;
}
