import { edgeConfig } from "../../../components/edge/config";
import { trustedBy, type Trusted } from "../../../components/edge/forwarded";
import type { Listener } from "../../../components/edge/layout";

/** The configuration of an edge that is laid out the same way in both slots. */
export function configOf(
  listening: readonly Listener[],
  trusted: Trusted = trustedBy(undefined, ["172.18.0.0/16"], true),
): string {
  return edgeConfig("production", { a: listening, b: listening }, "a", trusted);
}
