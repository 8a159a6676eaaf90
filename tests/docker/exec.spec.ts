import assert from "node:assert/strict";
import { Engine } from "../../docker/engine";
import { execIn } from "../../docker/exec";
import { Folder } from "../release/folder";

/** Fails with a container's state at first, and then runs. */
const restarted = (times: number, state: string): string => `#!/bin/sh
echo x >> "$(dirname "$0")/asked"
[ "$(wc -l < "$(dirname "$0")/asked")" -gt ${times} ] && { echo done; exit 0; }
echo 'Error response from daemon: Container 12ab is ${state}' >&2
exit 1
`;

describe("a program in a container", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const run = (docker: string): Promise<string> => {
    folder.write({ docker });
    // Without a socket of this machine the command is the way.
    return execIn(Engine.at("tcp://127.0.0.1:1", { PATH: `${folder.path}:${process.env["PATH"]}` }), "12ab", ["true"]);
  };

  it("waits for the container while the Engine restarts it", async () => {
    assert.equal(await run(restarted(2, "restarting, wait until the container is running")), "done\n");
  });

  it("waits for none that has ended", async () => {
    await assert.rejects(run(restarted(2, "not running")), /is not running/);
    assert.equal(folder.read("asked"), "x\n");
  });
});
