import { join } from "node:path";
import { must } from "../run";
import { root } from "../requirements";

/** The stand-in for a connector, in two versions, which differ by a label. */
export async function connectorVersions(): Promise<[string, string]> {
  const versions: [string, string] = ["slipway-test/cloudflared:first", "slipway-test/cloudflared:second"];
  const folder = join(root, "tests", "standins", "images", "cloudflared");
  // A connector is the image's content: one content under two names would be one version.
  for (const version of versions) {
    await must("docker", ["build", "--quiet", "--tag", version, "--label", `slipway.test.version=${version}`, folder]);
  }
  return versions;
}
