import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { docker, sweep } from "../../../tests/e2e/docker";
import { buildFiles } from "../application";

/** The application's images for a peer, and the name by which all resources of the peer are found. */
export class Images {
  readonly name = `bench-peer-${randomBytes(3).toString("hex")}`;
  /** The label of its containers and networks. */
  readonly label = `slipway.project=${this.name}`;

  /** @param folder an empty one */
  constructor(readonly folder: string) {
    mkdirSync(join(folder, "app"));
    for (const [name, text] of Object.entries(buildFiles())) writeFileSync(join(folder, "app", name), text);
  }

  /** Builds a version, which both services run; the Engine already has all layers but the last. */
  async build(version: string): Promise<string> {
    const image = this.of(version);
    await docker("build", "--quiet", "--build-arg", `VERSION=${version}`, "--tag", image, join(this.folder, "app"));
    return image;
  }

  /** The name of a version's image. */
  of(version: string): string {
    return `bench/${this.name}/app:${version}`;
  }

  /** Removes the images, and everything that carries the label. */
  async dispose(): Promise<void> {
    await sweep(this.name);
  }
}
