import assert from "node:assert/strict";
import { table } from "../../cli/releases";
import type { StageRun } from "../../release/record";

const release = (name: string, createdAt: string) => ({ name, commit: name.slice(1, 8), dirty: false, createdAt });
const run = (name: string, at: string, more: Partial<StageRun> = {}): StageRun => ({
  release: name,
  at,
  by: "ada",
  kind: "promotion",
  ...more,
});

const older = "v1111111-20261120-090000";
const newer = "v2222222-20261121-090000";
const releases = [release(newer, "2026-11-21T09:00:00.000Z"), release(older, "2026-11-20T09:00:00.000Z")];

describe("slipway releases", () => {
  it("marks what each stage runs and what it ran before", () => {
    const lines = table({
      releases,
      histories: {
        staging: [run(older, "2026-11-20T09:01:00.000Z"), run(newer, "2026-11-21T09:01:00.000Z")],
        production: [run(older, "2026-11-20T10:00:00.000Z")],
      },
    }).split("\n");
    assert.deepEqual(lines, [
      "RELEASE                   COMMIT   CREATED (UTC)     PRODUCTION              STAGING",
      `${newer}  2222222  2026-11-21 09:00                          * 2026-11-21 09:01 ada`,
      `${older}  1111111  2026-11-20 09:00  * 2026-11-20 10:00 ada  - 2026-11-20 09:01 ada`,
    ]);
  });

  it("marks a release that is run again once, by its last run, and says that it is pinned", () => {
    const history = [
      run(older, "2026-11-20T10:00:00.000Z"),
      run(newer, "2026-11-21T10:00:00.000Z"),
      run(older, "2026-11-21T11:00:00.000Z", { pinned: true }),
    ];
    const lines = table({ releases, histories: { production: history } }).split("\n");
    assert.match(lines[1] ?? "", /- 2026-11-21 10:00 ada$/);
    assert.match(lines[2] ?? "", /\* 2026-11-21 11:00 ada, pinned$/);
  });

  it("says what records the first release where there is none", () => {
    assert.match(table({ releases: [], histories: {} }), /pulumi up/);
  });
});
