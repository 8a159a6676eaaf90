import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readyScript } from "../../../machine/vm/ready";

describe("the wait for a machine's start-up", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-ready-"));
    mkdirSync(join(folder, "run"));
    // sudo -n <script>: what trying again comes to.
    write(
      "sudo",
      `#!/bin/sh\necho "$*" >>${folder}/tried\n[ -e ${folder}/mends ] && rm ${folder}/run/failed && touch ${folder}/run/ready\n`,
    );
    chmodSync(join(folder, "sudo"), 0o755);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (name: string, text = ""): void => writeFileSync(join(folder, name), text);

  function wait(seconds: number) {
    const script = readyScript(seconds).replaceAll("/run/slipway", join(folder, "run"));
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    const { status, stderr } = spawnSync("sh", ["-s"], { input: script, env, encoding: "utf8" });
    return { status, stderr };
  }

  it("is over where it is ready", () => {
    write("run/ready");
    assert.deepEqual(wait(0), { status: 0, stderr: "" });
  });

  it("tries a failed one again", () => {
    write("run/failed", "No package archive answers.\n");
    write("mends");
    assert.deepEqual(wait(10), { status: 0, stderr: "" });
  });

  it("ends with the sentence of one that fails again", () => {
    write("run/failed", "No package archive answers.\n");
    assert.deepEqual(wait(10), { status: 1, stderr: "No package archive answers.\n" });
  });

  it("ends some time", () => {
    assert.deepEqual(wait(0), {
      status: 1,
      stderr: "The machine is not ready after 0 s: sudo journalctl -b on it tells what it is doing; then try again.\n",
    });
  });
});
