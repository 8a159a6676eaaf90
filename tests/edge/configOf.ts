import { edgeConfig } from "../../edge/config";
import { trustedBy, type Trusted } from "../../edge/forwarded";
import type { Listener } from "../../edge/layout";

/** The configuration of an edge that is laid out the same way in both slots. */
export function configOf(
  listening: readonly Listener[],
  trusted: Trusted = trustedBy(undefined, ["172.18.0.0/16"], true),
): string {
  return edgeConfig("production", { a: listening, b: listening }, "a", trusted);
}
