import type { EdgeSettings } from "../settings/edge";
import type { Listener } from "./layout";

/** How long, in seconds, browsers are to come by HTTPS alone: a year. */
const usual = 31_536_000;

/**
 * For how long, in seconds, browsers are told to come by HTTPS alone (RFC 6797), which they then do on every port of that name, and on port 443
 * where the name is typed without one. So where nothing is set it is said only if nothing else of the stage is open without TLS.
 *
 * @returns undefined where nothing is said
 */
export function strictTransport(
  { domain, hsts, https }: Pick<EdgeSettings, "domain" | "hsts" | "https">,
  listening: readonly Listener[],
): number | undefined {
  if (domain.length === 0) return undefined;
  const plain = listening.some(
    ({ from, isSecure, isLocal, behind }) => from === "outside" && !isSecure && !isLocal && behind.length > 0,
  );
  const seconds = hsts ?? (https === 443 && !plain ? usual : 0);
  return seconds > 0 ? seconds : undefined;
}
