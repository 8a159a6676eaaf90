import assert from "node:assert/strict";
import { containers } from "../docker";
import { tryApplication } from "./application";

tryApplication({
  folder: "thumbnails",
  title: "with three containers of its worker",
  compose: "compose.yaml",
  pages: ["WEB_PORT"],
  async look(_page, edition, { project, stage }) {
    const workers = (await containers(project.name, stage)).filter(
      ({ Config, State }) => Config.Labels["slipway.service"] === "worker" && State.Status === "running",
    );
    assert.equal(workers.length, 3);
    for (const { Config } of workers) assert.ok(Config.Env.includes(`EDITION=${edition}`));
  },
});
