import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { folderOfKeepers, keepersDone } from "../../docker/holders/keepers";
import { markFolder, ownFolder, socketFolder } from "../../docker/ownFolder";
import { folderOf } from "../../machine/ssh/files";
import { writeSshFiles } from "../../machine/ssh/tunnel";

const user = process.geteuid?.() ?? 0;
const mine = `slipway-${user}`;
const remedy = /remove it, or set TMPDIR to a folder of your own\.$/;

describe("a folder of this user's alone", () => {
  const { TMPDIR, XDG_RUNTIME_DIR } = process.env;
  let at: string;

  beforeEach(() => {
    at = realpathSync(mkdtempSync(join("/tmp", "own-")));
    process.env["TMPDIR"] = at;
    delete process.env["XDG_RUNTIME_DIR"];
  });
  afterEach(() => {
    delete process.env["TMPDIR"];
    delete process.env["XDG_RUNTIME_DIR"];
    Object.assign(process.env, TMPDIR === undefined ? {} : { TMPDIR });
    Object.assign(process.env, XDG_RUNTIME_DIR === undefined ? {} : { XDG_RUNTIME_DIR });
    rmSync(at, { recursive: true, force: true });
  });

  it("is made with the mode 0700, whatever others there may do, and taken again", () => {
    chmodSync(at, 0o1777);
    const before = process.umask(0);
    try {
      assert.equal(socketFolder(), join(at, mine));
    } finally {
      process.umask(before);
    }
    assert.equal(lstatSync(join(at, mine)).mode & 0o777, 0o700);
    assert.equal(socketFolder(), join(at, mine));
    assert.equal(markFolder(), join(at, mine));
  });

  it("lies in XDG_RUNTIME_DIR where that is this user's alone; marks do not, which outlast a session", () => {
    const runtime = join(at, "runtime");
    mkdirSync(runtime, { mode: 0o700 });
    process.env["XDG_RUNTIME_DIR"] = runtime;
    assert.equal(socketFolder(), join(runtime, "slipway"));
    assert.equal(markFolder(), join(at, mine));
  });

  for (const [what, put] of [
    ["open to others", (path: string) => mkdirSync(path, { mode: 0o755 })],
    ["a link", (path: string) => symlinkSync(dirname(path), path)],
    ["not there", () => undefined],
  ] as const) {
    it(`does not lie in an XDG_RUNTIME_DIR that is ${what}`, () => {
      process.env["XDG_RUNTIME_DIR"] = join(at, "runtime");
      put(join(at, "runtime"));
      assert.equal(socketFolder(), join(at, mine));
    });
  }

  it("does not lie in an XDG_RUNTIME_DIR that is relative, or another user's", function () {
    process.env["XDG_RUNTIME_DIR"] = "runtime";
    assert.equal(socketFolder(), join(at, mine));
    if (user !== 0) return this.skip();
    process.env["XDG_RUNTIME_DIR"] = join(at, "theirs");
    mkdirSync(join(at, "theirs"), { mode: 0o700 });
    chownSync(join(at, "theirs"), 12345, 12345);
    assert.equal(socketFolder(), join(at, mine));
  });

  it("leaves room for a socket's path, wherever the temporary folder is", () => {
    const long = join(at, "x".repeat(80));
    mkdirSync(long);
    process.env["TMPDIR"] = long;
    const found = socketFolder();
    assert.equal(found, join("/tmp", mine));
    assert.ok(`${found}/0123456789ab-machine.0123456789abcdef`.length < 104);
  });

  for (const [what, put, words] of [
    [
      "open to others",
      (path: string) => (mkdirSync(path), chmodSync(path, 0o777)),
      "has the mode 0777 in the place of 0700",
    ],
    [
      "readable by a group",
      (path: string) => (mkdirSync(path), chmodSync(path, 0o750)),
      "has the mode 0750 in the place of 0700",
    ],
    [
      "a link to a folder that would do",
      (path: string) => (mkdirSync(`${path}-x`, 0o700), symlinkSync(`${path}-x`, path)),
      "is a link",
    ],
    ["a link to nothing", (path: string) => symlinkSync(`${path}-x`, path), "is a link"],
    ["a file", (path: string) => writeFileSync(path, ""), "is no folder"],
    [
      "another user's",
      (path: string) => (mkdirSync(path, 0o700), chownSync(path, 12345, 12345)),
      "belongs to another user (12345)",
    ],
  ] as const) {
    it(`is refused where somebody made it first and it is ${what}`, async function () {
      if (what === "another user's" && user !== 0) return this.skip();
      const path = join(at, mine);
      put(path);
      const says = (error: Error): boolean => {
        assert.ok(error.message.startsWith(`${path} ${words}, and `), error.message);
        assert.match(error.message, remedy);
        return true;
      };
      assert.throws(() => ownFolder(path), says);
      assert.throws(() => folderOfKeepers({ project: "shop", stage: "staging" }), says);
      await assert.rejects(keepersDone({ project: "shop", stage: "staging" }), says);
      // Nor does ssh get a place for the connections that it shares, or a key.
      const machine = { host: "203.0.113.10", port: 22, user: "deploy", hostKey: ["ssh-ed25519 AAAA"], key: "KEY" };
      assert.throws(() => writeSshFiles(machine, at), says);
      assert.ok(!existsSync(join(at, folderOf(machine), "key")));
      assert.ok(!existsSync(join(at, folderOf(machine), "config")));
    });
  }

  it("has no quotation mark in its path, which ssh and a shell would read", () => {
    process.env["TMPDIR"] = join(at, "it's");
    mkdirSync(process.env["TMPDIR"]);
    assert.equal(socketFolder(), join("/tmp", mine));
  });

  it("is refused in a folder where others may put another in its place", () => {
    chmodSync(at, 0o777);
    assert.throws(() => socketFolder(), new RegExp(`^Error: ${at} lets other users .*chmod \\+t ${at}, or set TMPDIR`));
    assert.ok(!existsSync(join(at, mine)));
  });

  it("is refused where there is no such temporary folder", () => {
    process.env["TMPDIR"] = join(at, "none");
    assert.throws(() => socketFolder(), /none cannot be looked at \(ENOENT\), and .*set TMPDIR/);
  });

  it("is where ssh keeps what it shares", () => {
    const machine = { host: "203.0.113.10", port: 22, user: "deploy", hostKey: ["ssh-ed25519 AAAA"] };
    writeSshFiles(machine, at);
    assert.equal(tmpdir(), at);
    assert.equal(lstatSync(join(at, mine)).mode & 0o777, 0o700);
  });
});
