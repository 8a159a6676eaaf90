import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builderAtHand } from "../../../release/builder";
import { tryApplication } from "./application";

tryApplication({
  folder: "licensed",
  title: "that is built with a secret",
  compose: "compose.yaml",
  pages: ["WEB_PORT"],
  prepare({ folder }) {
    writeFileSync(join(folder, "licence.key"), "key-of-a-licence");
  },
  async missing() {
    const builder = await builderAtHand();
    return builder === "buildkit" ? undefined : "docker has no buildx plugin, which a secret in a build needs";
  },
  look({ licence }) {
    assert.equal(licence, "licensed for stable");
  },
});
