import assert from "node:assert/strict";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { monitor } from "../../runner/monitor";
import { runProgram } from "../../runner/program";
import type { Update } from "../../runner/update";
import { Folder } from "../release/folder";

/** Tells which way leads to the engine, and asks it for nothing but the stack. */
const program = `
const pulumi = require("@pulumi/pulumi");
pulumi.log.info("told " + pulumi.runtime.getMonitor().getChannel().getTarget());
exports.done = "yes";
`;

/** The TCP ports that this process listens on (Linux: proc(5)). */
function listening(): string[] {
  const own = readdirSync("/proc/self/fd").flatMap((handle) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(join("/proc/self/fd", handle)))?.[1] ?? [];
    } catch {
      return [];
    }
  });
  const rows = ["/proc/self/net/tcp", "/proc/self/net/tcp6"].filter(existsSync).flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .map((row) => row.trim().split(/\s+/)),
  );
  return rows.filter((row) => row[3] === "0A" && own.includes(row[9] ?? "")).map((row) => row[1] ?? "");
}

describe("a program that the runner runs", () => {
  const { TMPDIR, XDG_RUNTIME_DIR } = process.env;
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder();
    folder.write({ "index.js": program, "package.json": '{ "main": "index.js" }', "tmp/.keep": "" });
    symlinkSync(join(__dirname, "..", "..", "node_modules"), folder.at("node_modules"));
    process.env["TMPDIR"] = folder.at("tmp");
    delete process.env["XDG_RUNTIME_DIR"];
  });
  afterEach(() => {
    delete process.env["TMPDIR"];
    Object.assign(process.env, TMPDIR === undefined ? {} : { TMPDIR });
    Object.assign(process.env, XDG_RUNTIME_DIR === undefined ? {} : { XDG_RUNTIME_DIR });
    folder.remove();
  });

  const run = async (heard: (line: string) => void): Promise<{ ended: boolean; outputs: unknown }> => {
    let outputs: unknown;
    const update = { register: async () => ({ id: "", outputs: {} }), fail: () => undefined } as unknown as Update;
    const answers = { guard: () => undefined, reference: () => ({}), outputs: (told: unknown) => (outputs = told) };
    const ended = await runProgram({
      project: { name: "shop", folder: folder.path, main: ".", env: {} },
      stage: "staging",
      config: { values: {}, secrets: [] },
      preview: false,
      monitor: monitor(update, { project: "shop", stage: "staging", ...answers }),
      log: (_, line) => heard(line),
    });
    return { ended, outputs };
  };

  it("finds its engine at a socket that no other user gets at, and nothing listens on a port", async () => {
    const before = existsSync("/proc/self/fd") ? listening() : [];
    let at: string | undefined;
    const { ended, outputs } = await run((line) => {
      at = /^told unix:(\/.+)$/.exec(line)?.[1] ?? at;
      if (at === undefined) return;
      assert.ok(lstatSync(at).isSocket());
      for (const one of [dirname(at), dirname(dirname(at))]) assert.equal(lstatSync(one).mode & 0o777, 0o700, one);
      if (existsSync("/proc/self/fd")) assert.deepEqual(listening(), before);
    });
    assert.ok(at, "the program told of no socket");
    assert.deepEqual({ ended, outputs }, { ended: true, outputs: { done: "yes" } });
    assert.ok(!existsSync(dirname(at)), "nothing of it is left");
  }).timeout(120_000);

  it("is not run where somebody else may have made the folder for its socket", async () => {
    symlinkSync(folder.at("tmp"), folder.at(`tmp/slipway-${process.geteuid?.() ?? 0}`));
    await assert.rejects(
      run(() => assert.fail("it ran")),
      /slipway-\d+ is a link, and .* remove it, or set TMPDIR/,
    );
  });
});
