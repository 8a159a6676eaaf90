import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./steps";

for (const command of ["demo", "test"]) {
  describe(`./setup/${command}`, () => {
    const run = (...args: string[]) => spawnSync(join(root, "setup", command), args, { encoding: "utf8" });

    it("says what it does", () => {
      const { status, stdout } = run("--help");
      assert.equal(status, 0);
      assert.match(stdout, new RegExp(`^Usage: ./setup/${command} `));
    });

    it("refuses an argument that it does not know, and does nothing", () => {
      const { status, stdout, stderr } = run("--nonsense");
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /unknown argument '--nonsense'; see .*--help/);
    });
  });
}

describe("./setup/demo --engine", () => {
  for (const args of [["--engine"], ["--engine", "terraform"]]) {
    it(`refuses ${args.join(" ")}, and does nothing`, () => {
      const { status, stdout, stderr } = spawnSync(join(root, "setup", "demo"), args, { encoding: "utf8" });
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /--engine takes pulumi or runner/);
    });
  }
});
