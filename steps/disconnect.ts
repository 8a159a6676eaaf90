import { setTimeout as wait } from "node:timers/promises";
import type { Say } from "../docker/say";

/** What cleaning up after a tunnel's connectors needs. */
export interface DisconnectInput {
  /** The account's id. */
  account: string;
  /** The tunnel's id. */
  tunnel: string;
  /** A token of the API; undefined: CLOUDFLARE_API_TOKEN in the environment. */
  token?: string;
}

/** How long, in milliseconds, Cloudflare may take to forget connections, and until it is asked again. */
const patience = 60_000;
const pause = 1000;

/**
 * Cleans up what a tunnel's connectors left of connections, because Cloudflare deletes no tunnel that has some: a connector that ends
 * by itself signs off, one that was killed or whose machine was lost does not.
 *
 * @throws Error with what Cloudflare said where it refuses, or still has some in the end
 * @see https://developers.cloudflare.com/api/resources/zero_trust/subresources/tunnels/subresources/cloudflared/subresources/connections/
 */
export async function disconnect(
  { account, tunnel, token = process.env["CLOUDFLARE_API_TOKEN"] }: DisconnectInput,
  say: Say,
): Promise<{ disconnected: number }> {
  if (!token) {
    throw new Error(
      "There is no API token for Cloudflare, with which the tunnel's connections are cleaned up: set CLOUDFLARE_API_TOKEN, and try again.",
    );
  }
  // Where Pulumi's provider looks as well.
  const base = (process.env["CLOUDFLARE_BASE_URL"] ?? "https://api.cloudflare.com/client/v4").replace(/\/$/, "");
  const url = `${base}/accounts/${account}/cfd_tunnel/${tunnel}/connections`;
  const until = Date.now() + patience;
  let most = 0;
  for (;;) {
    const left = (await ask(url, "GET", token)).length;
    if (left === 0) return { disconnected: most };
    if (Date.now() > until) {
      throw new Error(
        `The tunnel still has ${left} connectors, which Cloudflare deletes no tunnel with: stop whatever else runs with its token, and try again.`,
      );
    }
    if (most === 0) say(`cleaning up what ${left} connectors left`);
    most = Math.max(most, left);
    await ask(url, "DELETE", token);
    await wait(pause);
  }
}

interface Answer {
  success: boolean;
  errors?: { code: number; message: string }[];
  result?: unknown[] | null;
}

/** @returns the connectors; none where there is no such tunnel any more */
async function ask(url: string, method: string, token: string): Promise<unknown[]> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    throw new Error(`Cloudflare's API cannot be reached (${reason(error)}): try again.`);
  });
  if (answer.status === 404) return [];
  const told = (await answer.json().catch(() => undefined)) as Answer | undefined;
  if (!answer.ok || !told?.success) {
    const said = told?.errors?.map(({ code, message }) => `${message} (${code})`).join(", ");
    throw new Error(
      `Cloudflare does not let the tunnel's connections be cleaned up: ${said ?? `it answered ${answer.status}`}; the API token needs to edit Cloudflare Tunnel.`,
    );
  }
  return Array.isArray(told.result) ? told.result : [];
}

function reason(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string } };
  return cause?.message ?? message ?? String(error);
}
