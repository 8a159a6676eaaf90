import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tryApplication } from "./application";

tryApplication({
  folder: "guestbook",
  title: "with three folders of data beside its compose file",
  compose: "compose.yaml",
  pages: ["WEB_PORT"],
  // As docker compose left it: data that git does not hold.
  prepare({ folder }) {
    mkdirSync(join(folder, "data", "uploads"), { recursive: true });
    writeFileSync(join(folder, "data", "uploads", "notes"), "from before");
  },
  notices: [
    /writes to \.\/data\/uploads, which git does not hold, so it is data/,
    /writes to \.\/data\/postgres, which git does not hold/,
    /writes to \.\/data\/redis, which git does not hold/,
  ],
});
