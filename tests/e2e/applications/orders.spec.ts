import { tryApplication } from "./application";

tryApplication({
  folder: "orders",
  title: "whose migration others wait for",
  compose: "docker-compose.yml",
  pages: ["WEB_PORT"],
  notices: [/The service migrate runs once for each release, as a job, because api waits for its end/],
});
