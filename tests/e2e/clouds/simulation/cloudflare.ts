import { createHash } from "node:crypto";
import type { Cloud } from "./kind";
import type { Values } from "./store";

/** The variable that says where connectors of a simulated tunnel connect to, which stands in their token. */
export const endpoint = "SLIPWAY_SIMULATED_TUNNEL";

const tunnel = "cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared";

/** Cloudflare, as far as a stage's tunnel needs it. */
export const cloudflare: Cloud = {
  types: "@pulumi/cloudflare",
  kinds: {
    [tunnel]: {
      idOf: (inputs) => uuid(`${text(inputs["accountId"])}/${text(inputs["name"])}`),
      adds: ["accountTag", "status"],
      fixed: ["accountId", "configSrc"],
      create: async (inputs) => ({ accountTag: inputs["accountId"], status: "inactive" }),
      // As the API does, which deletes no tunnel that has connections.
      async remove({ id, inputs }) {
        const account = text(inputs["accountId"]);
        const url = `${text(process.env["CLOUDFLARE_BASE_URL"])}/accounts/${account}/cfd_tunnel/${id}/connections`;
        const answer = await fetch(url, {
          headers: { authorization: `Bearer ${process.env["CLOUDFLARE_API_TOKEN"]}` },
        });
        const { result } = (await answer.json()) as { result: unknown[] };
        if (result.length > 0) {
          throw new Error(
            `400 Bad Request {"errors":[{"code":1022,"message":"Cannot delete tunnel because it has active connections"}]} (simulated)`,
          );
        }
      },
    },
    "cloudflare:index/zeroTrustTunnelCloudflaredConfig:ZeroTrustTunnelCloudflaredConfig": {
      idOf: (inputs) => `${text(inputs["tunnelId"])}/configuration`,
      adds: ["version"],
      fixed: ["accountId", "tunnelId"],
      create: async () => ({ version: 1 }),
    },
    "cloudflare:index/dnsRecord:DnsRecord": {
      idOf: (inputs) => `${text(inputs["zoneId"])}/${text(inputs["name"])}`,
      adds: ["proxiable"],
      fixed: ["zoneId", "name", "type"],
      create: async () => ({ proxiable: true }),
    },
  },
  calls: {
    "cloudflare:index/getZeroTrustTunnelCloudflaredToken:getZeroTrustTunnelCloudflaredToken": async (inputs, cloud) => {
      const id = text(inputs["tunnelId"]);
      if (!(await cloud.find(id))) throw new Error(`404 Not Found: there is no tunnel ${id} (simulated)`);
      return { ...inputs, token: tokenOf(inputs) };
    },
  },
};

/** The token of a simulated tunnel. */
export function tokenOf({ accountId, tunnelId }: Values): string {
  const token = { a: accountId, t: tunnelId, s: "tunnel-planted-secret", e: text(process.env[endpoint]) };
  return Buffer.from(JSON.stringify(token)).toString("base64");
}

function uuid(seed: string): string {
  const hex = createHash("sha256").update(seed).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}

function text(value: unknown): string {
  if (typeof value !== "string" || value === "") throw new Error("The simulated Cloudflare wants ids and a name.");
  return value;
}
