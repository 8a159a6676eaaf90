import assert from "node:assert/strict";
import { isTracked } from "../../release/tracked";
import { Folder } from "./folder";

describe("what git holds of a path", () => {
  let folder: Folder;
  before(() => {
    folder = new Folder();
    folder.write({
      ".gitignore": "ignored/\n*.db\n",
      "conf/app.conf": "a",
      "kept/.gitkeep": "",
      "cache/.gitignore": "*\n!.gitignore\n",
    });
    folder.commit();
    folder.write({ "ignored/data": "x", "app.db": "x", "new/data": "x", "cache/data": "x" });
  });
  after(() => folder.remove());

  for (const path of ["conf", "conf/app.conf", "."])
    it(`is something of ${path}`, () => assert.ok(isTracked(folder.path, path)));
  for (const path of ["missing", "missing/below", "ignored", "app.db", "kept", "cache", "new", "../beside"]) {
    it(`is nothing of ${path}`, () => assert.ok(!isTracked(folder.path, path)));
  }
});
