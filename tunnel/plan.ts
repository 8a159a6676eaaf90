import * as pulumi from "@pulumi/pulumi";
import type { Listener } from "../edge/layout";
import { Refusal } from "../errors/refusal";
import type { TunnelSettings } from "../settings/tunnel";
import { tunnelsOf } from "./cloud";
import { ingressOf, type Ingress } from "./routes";

/** How connectors come by what lets them serve a tunnel. */
export type TunnelAccess =
  /** The token of a tunnel that is there. */
  | { kind: "token"; token: string }
  /** The stage looks after what the tunnel has at Cloudflare. */
  | { kind: "cloudflare"; settings: CloudflareSettings };

/** Settings of a tunnel that a stage declares itself. */
export type CloudflareSettings = Extract<TunnelSettings, { kind: "cloudflare" }>;

/** A stage's tunnel, as far as it is decided before anything is declared. */
export interface TunnelPlan {
  /** Where it sends whom. */
  ingress: Ingress[];
  /** How many connectors run beside each other. */
  connectors: number;
  /** What a connector is. */
  image: string;
  access: TunnelAccess;
}

/**
 * Decides about a stage's tunnel. A stage that is given a token needs no package of Cloudflare's.
 *
 * @param listening where the stage's edge listens
 * @throws Refusal where the token is none, the package is missing, or nobody is logged in
 */
export function planTunnel(settings: TunnelSettings, listening: readonly Listener[]): TunnelPlan {
  const { connectors, image } = settings;
  const ingress = ingressOf(settings, listening);
  if (settings.kind === "token") {
    return { ingress, connectors, image, access: { kind: "token", token: checkedToken(settings.token) } };
  }
  tunnelsOf();
  apiToken();
  return { ingress, connectors, image, access: { kind: "cloudflare", settings } };
}

/**
 * The token of a tunnel, which is JSON in base64 with the account, the tunnel and a secret (cloudflared: connection.TunnelToken). Where
 * it was copied from several lines they are put together.
 *
 * @throws Refusal that does not tell what it was given
 */
export function checkedToken(text: string): string {
  const token = text.replaceAll(/\s/g, "");
  try {
    const bytes = Buffer.from(token, "base64");
    const { a, t, s } = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    const isWhole = [a, t, s].every((part) => typeof part === "string" && part !== "");
    // Node also reads what a connector does not: base64 without its padding, with signs of its own, or with others in between.
    if (isWhole && bytes.toString("base64") === token) return token;
  } catch {
    // What it is instead is nobody's business.
  }
  throw new Refusal(
    "slipway:tunnel.token is no tunnel's token: set what `cloudflared tunnel token <name>` prints, or the last word alone of the command that Cloudflare's dashboard shows, which begins with eyJ.",
  );
}

/**
 * The API token with which connections are cleaned up before a tunnel is deleted: the one that Pulumi's provider takes.
 *
 * @returns undefined where it is in the environment, in which a destroy finds it as well
 * @throws Refusal where there is none
 */
export function apiToken(): pulumi.Output<string> | undefined {
  const configured = new pulumi.Config("cloudflare").getSecret("apiToken");
  if (configured === undefined && !process.env["CLOUDFLARE_API_TOKEN"]) {
    throw new Refusal(
      "slipway:tunnel is of the kind cloudflare, and there is no API token: pulumi config set --secret cloudflare:apiToken, or CLOUDFLARE_API_TOKEN in the environment, with one that may edit Cloudflare Tunnel in the account and DNS in the zone.",
    );
  }
  return configured;
}
