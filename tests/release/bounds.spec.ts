import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { Bounds, BoundsError } from "../../release/bounds";
import { Folder } from "./folder";

/** Exchanges a place for others, over and over, faster than anybody reads. */
function exchange(place: string, others: readonly string[]): ChildProcess {
  const program = `
    const { renameSync, rmSync, cpSync } = require("node:fs");
    const [place, ...others] = process.argv.slice(1);
    for (;;) for (const other of others) {
      try {
        cpSync(other, place + ".next", { recursive: true, verbatimSymlinks: true });
        try { renameSync(place, place + ".last"); } catch {}
        renameSync(place + ".next", place);
        rmSync(place + ".last", { recursive: true, force: true });
      } catch {}
    }`;
  return spawn(process.execPath, ["-e", program, place, ...others], { stdio: "ignore" });
}

describe("the bounds of what is read", () => {
  let folder: Folder;
  let outside: Folder;

  beforeEach(() => {
    folder = new Folder().write({ "conf/a": "inside", "app/b": "b" }).commit();
    outside = new Folder().write({ a: "outside" });
  });
  afterEach(() => [folder, outside].forEach((one) => one.remove()));

  const read = (bounds: Bounds, path: string): string | undefined => {
    const opened = bounds.open(folder.at(path), path);
    if (!opened) return undefined;
    try {
      return readFileSync(opened.handle, "utf8");
    } finally {
      closeSync(opened.handle);
    }
  };

  it("are the work tree around the project, and the project's folder where there is none", () => {
    assert.equal(Bounds.around(folder.at("app")).top, folder.path);
    assert.equal(read(Bounds.around(folder.at("app")), "app/../conf/a"), "inside");
    assert.equal(Bounds.around(outside.path).top, outside.path);
    assert.throws(
      () => Bounds.around(outside.path).open(folder.at("conf/a"), "../conf/a"),
      /^Error: \.\.\/conf\/a lies outside of the project's folder \/\S+, and neither a release nor a stage takes anything from there: copy it into the project, ignored by git where it is secret, and name it there\.$/,
    );
  });

  it("let in what links within lead to, and nothing that is no file", () => {
    const bounds = Bounds.around(folder.path);
    symlinkSync("conf", folder.at("linked"));
    symlinkSync(folder.at("linked/a"), folder.at("link"));
    assert.equal(read(bounds, "link"), "inside");
    for (const nothing of ["conf", "missing", "conf/a/b"]) assert.equal(read(bounds, nothing), undefined, nothing);
  });

  // Where the system tells the place of an open file, and where it does not.
  for (const opened of ["/proc/self/fd", "/nowhere"]) {
    const within = (): Bounds => new Bounds(folder.path, true, opened);

    it(`hold whatever is exchanged while it is read, by ${opened}`, async function () {
      this.timeout(20_000);
      const link = new Folder().write({ "dir/a": "inside" });
      symlinkSync(outside.at("a"), link.at("file"));
      symlinkSync(outside.path, link.at("folder"));
      writeFileSync(link.at("real"), "inside");
      const exchanges = [
        exchange(folder.at("conf/a"), [link.at("real"), link.at("file")]),
        exchange(folder.at("app"), [link.at("dir"), link.at("folder")]),
      ];
      const seen = { inside: 0, refused: 0 };
      try {
        for (const end = Date.now() + 3000; Date.now() < end;) {
          for (const path of ["conf/a", "app/a"]) {
            try {
              const text = read(within(), path);
              assert.notEqual(text, "outside");
              if (text === "inside") seen.inside++;
            } catch (error) {
              if (!(error instanceof BoundsError)) throw error;
              seen.refused++;
            }
          }
          await new Promise((done) => setImmediate(done));
        }
      } finally {
        exchanges.forEach((one) => one.kill("SIGKILL"));
        await Promise.all(exchanges.map((one) => new Promise((done) => one.once("exit", done))));
        link.remove();
      }
      assert.ok(seen.inside > 0 && seen.refused > 0, JSON.stringify(seen));
    });
  }
});
