/**
 * The images of Slipway's own containers: the one place in which they are named. A digest beside the tag (`name:tag@sha256:…`) is what a machine
 * takes then, whatever the tag leads to. Without one the tag is asked once, when a machine has no such image yet: what it led to is kept in the
 * state by its id, and stays until this line changes. Both are refreshed by a change of this file alone.
 */
export const ownImages = {
  /** The edge and its doors. */
  proxy: "haproxy:3.2",
  /** The registry on a machine's loopback address, unless the settings name another. */
  registry: "registry:2",
  /** What gets certificates: lego, an ACME client. */
  acme: "goacme/lego:v4.25.2",
  /** A tunnel's connectors, unless the settings name another. */
  connector: "cloudflare/cloudflared:2026.8.2",
} as const satisfies Record<string, string>;
