import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { traceOf } from "../../release/trace";
import { Folder } from "./folder";

describe("where a path leads to", () => {
  let folder: Folder;
  let outside: Folder;

  beforeEach(() => {
    folder = new Folder().write({ "a/b/c": "", "d/e": "" });
    outside = new Folder().write({ x: "", "deep/y": "" });
  });
  afterEach(() => {
    folder.remove();
    outside.remove();
  });

  const shown = (path: string): string => path.replace(`${folder.path}/`, "").replace(outside.path, "OUT");
  const trace = (path: string): [string[], string] => {
    const { links, real } = traceOf(folder.path, folder.at(path));
    return [links.map(shown), shown(real)];
  };
  const link = (from: string, to: string): void => symlinkSync(to, folder.at(from));

  it("is itself where no link is on the way, there or not", () => {
    assert.deepEqual(trace("a/b/c"), [[], "a/b/c"]);
    assert.deepEqual(trace("a/missing/c"), [[], "a/missing/c"]);
    assert.deepEqual(trace("a/b/c/below a file"), [[], "a/b/c/below a file"]);
  });

  it("is told with every link on the way, one after the other", () => {
    link("one", "two");
    link("two", "a/b");
    link("a/up", "../d");
    link("absolute", folder.at("one/c"));
    assert.deepEqual(trace("one/c"), [["one", "two"], "a/b/c"]);
    assert.deepEqual(trace("a/up/e"), [["a/up"], "d/e"]);
    assert.deepEqual(trace("absolute"), [["absolute", "one", "two"], "a/b/c"]);
  });

  it("goes up from where a link leads, not from where it is", () => {
    link("here", "a/b");
    link("a/over", "../here/../../d/e");
    assert.deepEqual(trace("a/over"), [["a/over", "here"], "d/e"]);
  });

  it("may be outside, and what is linked there is its own affair", () => {
    link("out", outside.path);
    link("up", `../${outside.path.split("/").at(-1)}/x`);
    symlinkSync("deep", outside.at("linked"));
    assert.deepEqual(trace("out/linked/y"), [["out"], "OUT/deep/y"]);
    assert.deepEqual(trace("up"), [["up"], "OUT/x"]);
    assert.deepEqual(trace("out/missing"), [["out"], "OUT/missing"]);
  });

  it("is told of links that lead in a circle as well", () => {
    link("one", "two");
    link("two", "one");
    assert.deepEqual(new Set(trace("one")[0]), new Set(["one", "two"]));
  });
});
