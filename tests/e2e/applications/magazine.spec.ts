import assert from "node:assert/strict";
import { tryApplication } from "./application";

tryApplication({
  folder: "magazine",
  title: "behind an nginx of its own",
  compose: "docker-compose.yml",
  pages: ["WEB_PORT"],
  paths: ["/api/", "/about/"],
  look({ name }) {
    assert.equal(name, "site");
  },
});
