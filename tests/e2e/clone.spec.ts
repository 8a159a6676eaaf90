import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..", "..");

/** In a clone npm installs the clone itself, as a link, before it runs a command of it: what package.json says has to allow that. */
describe("the commands of a clone", function () {
  this.timeout(300_000);
  const cache = mkdtempSync(join(tmpdir(), "slipway-npm-"));
  after(() => rmSync(cache, { recursive: true, force: true }));

  for (const command of ["slipway", "slipway-runner"]) {
    it(`npx ${command} runs, without asking a registry`, () => {
      const told = execFileSync("npm", ["exec", "--offline", "--cache", cache, "--", command, "--help"], {
        cwd: root,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      });
      assert.match(told, new RegExp(`^Usage: ${command} `));
    });
  }
});
