import assert from "node:assert/strict";
import { tryApplication } from "./application";

tryApplication({
  folder: "wiki",
  title: "with links and names of containers, in version 2",
  compose: "docker-compose.yml",
  pages: ["WEB_PORT"],
  env: { TITLE: "Notes & thoughts" },
  notices: [
    /The container_name wiki-store of the service store is an alias on its networks/,
    /The service wiki mounts \.\/conf\/wiki\.conf for writing, which git holds, so it is configuration/,
  ],
  look({ theme, title }) {
    assert.deepEqual([theme, title], ["theme = plain", "Notes & thoughts"]);
  },
});
