import type { Tunnels } from "slipway/cloud";
import { CloudflareTunnel } from "./tunnel";

/** Tunnels at Cloudflare. */
export const tunnels: Tunnels = {
  declare: (name, args, opts) => new CloudflareTunnel(name, args, opts).credentials,
};
