import { tryApplication } from "./application";

tryApplication({
  folder: "albums",
  title: "whose bucket is made once",
  compose: "docker-compose.yaml",
  pages: ["WEB_PORT"],
  notices: [/The service createbucket runs once for each release, as a job, because albums waits for its end/],
});
