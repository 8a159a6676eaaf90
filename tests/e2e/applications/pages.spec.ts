import { tryApplication } from "./application";

tryApplication({
  folder: "pages",
  title: "whose image has a health check of its own, with two ports",
  compose: "compose.yml",
  pages: ["WEB_PORT", "ADMIN_PORT"],
});
