import { edgeConfig, type Face } from "../../edge/config";
import type { Listener } from "../../edge/layout";
import type { Surroundings } from "../../edge/surroundings";

/** An edge on its own network and on one of the compose file's. */
export const around: Surroundings = {
  networks: [
    { isOwn: true, ranges: ["172.18.0.0/16"], gateways: ["172.18.0.1"] },
    { isOwn: false, ranges: ["172.19.0.0/16"], gateways: ["172.19.0.1"] },
  ],
  tellsCallers: true,
};

/** The configuration of an edge that is laid out the same way in both slots. */
export function configOf(
  listening: readonly Listener[],
  face: Omit<Face, "stage"> = {},
  where: Surroundings = around,
): string {
  return edgeConfig({ stage: "production", ...face }, { a: listening, b: listening }, "a", where);
}

/** The lines of a section. */
export function linesOf(config: string, section: string): string[] {
  const [, text = ""] = config.split(`\n${section}\n`);
  return (text.split("\n\n")[0] ?? "").split("\n").map((line) => line.trim());
}
