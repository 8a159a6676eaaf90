import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { Folder } from "../release/folder";
import { run } from "../e2e/run";
import { Machine, root } from "./steps";

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

describe("./setup/test, told which end-to-end tests to run", () => {
  for (const args of [["--all", "--no-e2e"], ["--within", "30", "--all"], ["--within"], ["--within", "soon"]]) {
    it(`refuses ${args.join(" ")}, and does nothing`, () => {
      const { status, stdout, stderr } = spawnSync(join(root, "setup", "test"), args, { encoding: "utf8" });
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /give one$|takes a number of minutes, as in --within 80$/m);
    });
  }
});

describe("./setup/test --engine", () => {
  const folder = new Folder();
  const socket = folder.at("s");
  const server = createServer((connection) => connection.destroy());
  before((done) => void server.listen(socket, done));
  after((done) => {
    folder.remove();
    server.close(() => done());
  });

  const cases: [args: string[], says: RegExp][] = [
    [["--engine"], /--engine takes the address of a Docker Engine, as in --engine unix:/],
    [["--engine", "--no-e2e"], /--engine takes the address of a Docker Engine/],
    [["--engine", "/run/docker.sock"], /--engine \/run\/docker\.sock: write unix:\/\/\/path\/to\/socket or tcp:/],
    [["--engine", "ssh://ada@shop"], /--engine ssh:\/\/ada@shop: write unix:/],
    [["--engine", "unix://run/docker.sock"], /write unix:\/\/\/path/],
    [["--engine", `unix://${folder.at("none")}`], /none: there is no such socket/],
    [["--engine", `unix://${folder.path}`], /: that is no socket/],
    [["--engine", "tcp://10.0.0.5:2375"], /has to be on this machine/],
    [["--engine", "tcp://127.0.0.1:"], /write a port, as in/],
    [["--engine", "tcp://127.shop.example.com:2375"], /has to be on this machine/],
    [["--engine", "tcp://127.0.0.1:23x"], /write a port, as in tcp:\/\/127\.0\.0\.1:2375/],
    [
      ["--engine", `unix://${socket}`, "--no-e2e"],
      /--engine says where the end-to-end tests run, which --no-e2e leaves out/,
    ],
    [["--engine", `unix://${socket}`], /s: no Docker Engine answers there \(.+\)/],
  ];
  for (const [args, says] of cases) {
    it(`refuses ${args.join(" ").replace(folder.path, "…")}, and does nothing`, async () => {
      // The server is this very process.
      const { code: status, stdout, stderr } = await run(join(root, "setup", "test"), args);
      assert.equal(status, 2, stdout + stderr);
      assert.equal(stdout, "");
      assert.match(stderr, says);
      assert.equal(stderr.trim().split("\n").length, 1, stderr);
    });
  }

  it("leads what comes after it to that Engine, whatever context there is", () => {
    const machine = new Machine();
    machine.program("docker", 'echo "$DOCKER_HOST ${DOCKER_CONTEXT-none}" >>"$HOME/asked"');
    const line =
      'wrong_with_engine tcp://127.0.0.1:2375 && go_to_engine tcp://127.0.0.1:2375 && docker ps; cat "$HOME/asked"';
    const { status, text } = machine.run(line, { steps: ["other-engine"], env: { DOCKER_CONTEXT: "lab" } });
    assert.equal(status, 0, text);
    assert.equal(text, "tcp://127.0.0.1:2375 none\n".repeat(2));
  });
});
