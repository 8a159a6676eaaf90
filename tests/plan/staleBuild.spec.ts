import assert from "node:assert/strict";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { staleBuild } from "../../plan/staleBuild";
import { Folder } from "../release/folder";

const minute = (number: number): Date => new Date(Date.UTC(2026, 10, 27, 12, number));

describe("a compiled program", () => {
  /** A clone whose files were last changed in these minutes. */
  const clone = (files: Record<string, number>): string => {
    const folder = new Folder();
    for (const [path, at] of Object.entries(files)) {
      folder.write({ [path]: "" });
      utimesSync(join(folder.path, path), minute(at), minute(at));
    }
    return folder.path;
  };

  it("is older than a source that was changed since, which is named", () => {
    const root = clone({ "slipway.ts": 1, "dist/slipway.js": 5, "plan/deep/stage.ts": 6 });
    assert.equal(staleBuild(root), "plan/deep/stage.ts is newer than what runs, which is compiled: npm run build.");
    assert.match(staleBuild(clone({ "slipway.ts": 1, "dist/slipway.js": 5, "compose/load.ts": 6 })) ?? "", /^compose/);
    assert.match(staleBuild(clone({ "slipway.ts": 6, "dist/slipway.js": 5 })) ?? "", /^slipway\.ts is newer/);
  });

  it("is up to date where only tests, packages or what is no TypeScript are newer", () => {
    const root = clone({
      "slipway.ts": 1,
      "dist/slipway.js": 5,
      "dist/slipway.d.ts": 6,
      "tests/plan.spec.ts": 9,
      "node_modules/a/a.ts": 9,
      "compose/node_modules/a/a.ts": 9,
      "runner/dist/main.d.ts": 9,
      ".pulumi-state/a.ts": 9,
      "plan/notes.md": 9,
    });
    assert.equal(staleBuild(root), undefined);
  });

  it("has nothing to be older than in an installed package, and before it is built", () => {
    assert.equal(staleBuild(clone({ "dist/slipway.js": 5, "dist/plan/stage.d.ts": 9 })), undefined);
    assert.equal(staleBuild(clone({ "slipway.ts": 5 })), undefined);
  });
});
