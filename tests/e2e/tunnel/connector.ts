import { join } from "node:path";
import { must } from "../run";
import { root } from "../requirements";

/** The stand-in for a connector, in two versions, which differ by their names alone. */
export async function connectorVersions(): Promise<[string, string]> {
  const versions: [string, string] = ["slipway-test/cloudflared:first", "slipway-test/cloudflared:second"];
  const folder = join(root, "tests", "standins", "images", "cloudflared");
  await must("docker", ["build", "--quiet", "--tag", versions[0], "--tag", versions[1], folder]);
  return versions;
}
