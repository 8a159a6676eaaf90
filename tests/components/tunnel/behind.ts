import assert from "node:assert/strict";
import type { StagePlan } from "../../../plan/stage";
import { planTunnel } from "../../../tunnel/plan";
import { checkSettings } from "../../../settings/settings";
import type { TunnelSettings } from "../../../settings/tunnel";
import type { Wishes } from "../shop";

/** The secret in {@link token}. */
export const tunnelSecret = "planted-Tn3-tunnel-secret";

/** A token as Cloudflare gives them out. */
export const token = tokenWith(tunnelSecret);

export function tokenWith(secret: string): string {
  return Buffer.from(JSON.stringify({ a: "account", t: "tunnel", s: secret })).toString("base64");
}

const hostnames = ["shop.example.com", { host: "api.example.com", service: "api" }];

/** The settings of a tunnel that is there already, or others. */
export function tunnelSettings(more: Record<string, unknown> = {}): TunnelSettings {
  const tunnel = { kind: "token", token, hostnames, ...more };
  return checkSettings({ compose: "compose.yaml", tunnel }).tunnel ?? assert.fail();
}

const compose = `
services:
  web: { image: web, ports: [{ target: 3000, published: "8080", app_protocol: http }] }
  api: { image: api, ports: [{ target: 5000, published: "9000", app_protocol: http, host_ip: 127.0.0.1 }] }
`;

/**
 * The plan of a stage behind a tunnel that is there already.
 *
 * @param planOf the plan of the same stage without one
 * @param more settings of the tunnel
 * @param text the compose file
 */
export async function behindTunnel(
  planOf: (wishes: Wishes) => StagePlan,
  more?: Record<string, unknown>,
  text = compose,
): Promise<StagePlan> {
  const settings = tunnelSettings(more);
  const plan = planOf({ compose: text, tunnel: settings });
  return { ...plan, tunnel: planTunnel(settings, plan.application.listening) };
}
