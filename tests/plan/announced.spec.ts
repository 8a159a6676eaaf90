import assert from "node:assert/strict";
import { listeners } from "../../edge/layout";
import { announced } from "../../plan/announced";
import type { Promotion } from "../../release/diff";

const promotion = (from: string | null): Promotion => ({
  from,
  to: "v2",
  changed: ["db", "mail", "web", "worker"],
  unchanged: [],
});
const application = {
  config: { services: { mail: { ports: [{ target: 25, published: "25", protocol: "tcp" }] } } },
  stopFirst: ["db", "mail", "web"],
  listening: listeners(
    [
      { service: "web", published: 8080, target: 3000 },
      { service: "mail", published: 8025, target: 8025 },
    ],
    [],
  ),
};
const told = (from: string | null): string =>
  announced(promotion(from), "sha256:1", "promotion", undefined, application, undefined)
    .map(({ text }) => text)
    .join();

describe("what a preview of a promotion announces", () => {
  it("tells what is down from what the edge holds", () => {
    assert.equal(
      told("v1"),
      "Promotion from v1 to v2. Changed: db, mail, web, worker. Stopped first, and what is asked of it waits meanwhile: web. Stopped first, so down for a moment: db, mail. Its record: sha256:1.",
    );
  });

  it("tells of nothing that is down where there was nothing", () => {
    assert.equal(told(null), "First release: v2. Changed: db, mail, web, worker. Its record: sha256:1.");
  });
});
