import { tryApplication } from "./application";

tryApplication({
  folder: "suite",
  title: "with networks, profiles, extends and environment files, and a port that is no HTTP",
  compose: "docker-compose.yml",
  pages: ["WEB_PORT", "ADMIN_PORT"],
  ports: ["EVENTS_PORT"],
  edition: ["settings/shop.env", "docker-compose.yml"],
});
