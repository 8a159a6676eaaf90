import * as pulumi from "@pulumi/pulumi";
import type { Listener } from "../edge/layout";
import { Refusal } from "../errors/refusal";
import type { TunnelSettings } from "../settings/tunnel";
import { tunnelsOf } from "./cloud";
import { ingressOf, type Ingress } from "./routes";

/** The source of the connectors' credentials. */
export type TunnelAccess =
  /** The token of an existing tunnel. */
  | { kind: "token"; token: string }
  /** The stage declares the tunnel's resources at Cloudflare. */
  | { kind: "cloudflare"; settings: CloudflareSettings };

/** Settings of a tunnel that a stage declares itself. */
export type CloudflareSettings = Extract<TunnelSettings, { kind: "cloudflare" }>;

/** A stage's tunnel, as far as it is decided before anything is declared. */
export interface TunnelPlan {
  /** Where it sends callers, by name. */
  ingress: Ingress[];
  /** How many connectors run beside each other. */
  connectors: number;
  /** The connectors' image. */
  image: string;
  access: TunnelAccess;
}

/**
 * Decides about a stage's tunnel. A stage that is given a token needs no package of Cloudflare's.
 *
 * @param listening where the stage's edge listens
 * @throws Refusal where the token is malformed, the package is missing, or no API token is at hand
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
 * Checks the token of a tunnel, which is JSON in base64 with the account, the tunnel and a secret (cloudflared:
 * connection.TunnelToken). White space from copying several lines is removed.
 *
 * @throws Refusal that does not show the given text
 */
export function checkedToken(text: string): string {
  const token = text.replaceAll(/\s/g, "");
  try {
    const bytes = Buffer.from(token, "base64");
    const { a, t, s } = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
    const isWhole = [a, t, s].every((part) => typeof part === "string" && part !== "");
    // Node also reads base64 that a connector refuses: without padding, with other signs, or with foreign ones in
    // between.
    if (isWhole && bytes.toString("base64") === token) return token;
  } catch {
    // Malformed text ends in the refusal below.
  }
  throw new Refusal(
    "slipway:tunnel.token is no tunnel's token: set what `cloudflared tunnel token <name>` prints, or the last word alone of the command that Cloudflare's dashboard shows, which begins with eyJ.",
  );
}

/**
 * The API token for cleaning up connections before a tunnel is deleted: the one that Pulumi's provider uses.
 *
 * @returns undefined where it is in the environment, where a destroy finds it as well
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
