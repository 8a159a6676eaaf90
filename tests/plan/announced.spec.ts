import assert from "node:assert/strict";
import { listeners } from "../../edge/layout";
import { announced } from "../../plan/announced";
import type { Promotion } from "../../release/diff";

const promotion = (from: string | null): Promotion => ({
  from,
  to: "v2",
  changed: ["db", "web", "worker"],
  unchanged: [],
});
const application = {
  stopFirst: ["db", "web"],
  listening: listeners([{ service: "web", published: 8080, target: 3000 }], []),
};
const told = (from: string | null): string =>
  announced(promotion(from), "sha256:1", "promotion", undefined, application, undefined)
    .map(({ text }) => text)
    .join();

describe("what a preview of a promotion announces", () => {
  it("tells what is down from what the edge holds", () => {
    assert.equal(
      told("v1"),
      "Promotion from v1 to v2. Changed: db, web, worker. Stopped first, and what is asked of it waits meanwhile: web. Stopped first, so down for a moment: db. Its record: sha256:1.",
    );
  });

  it("tells of nothing that is down where there was nothing", () => {
    assert.equal(told(null), "First release: v2. Changed: db, web, worker. Its record: sha256:1.");
  });
});
