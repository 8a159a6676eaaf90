import type { Kind } from "./figures";

/** The definition of the load. */
export interface Load {
  /** The service's address, without a path: `http://127.0.0.1:8080`. */
  url: string;
  /** How many clients there are of each kind. */
  clients: Record<Kind, number>;
  /** How long, in milliseconds, a fast client waits between an answer and its next request. */
  pause: number;
}

/** The clients of one run. */
export const clients: Load["clients"] = { kept: 16, fresh: 8, inside: 4, slow: 4, stream: 2, socket: 3 };

/** The path that each kind of HTTP client asks for. */
export const asked: Record<Exclude<Kind, "socket">, string> = {
  kept: "/fast",
  fresh: "/fast",
  inside: "/inside",
  slow: "/slow",
  stream: "/stream",
};

/**
 * How long, in milliseconds, a client waits after a failure: without a wait, its own speed would multiply an outage.
 */
export const recovery = 30;

/** How long, in milliseconds, an answer may take. */
export const patience = 10_000;

/** The end of each whole answer. */
export const sentinel = "whole\n";

/** The header in which the service names its release. */
export const releaseHeader = "x-version";
