import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cipher } from "../../runner/cipher";
import { secret } from "../../runner/resource";
import { lock, State } from "../../runner/state";
import { resource } from "./requests";

/** Hides a text from the eye, which is all that these tests look with. */
const cipher: Cipher = {
  encrypt: (text) => Buffer.from(text).toString("base64"),
  decrypt: (text) => Buffer.from(text, "base64").toString(),
};

let folder: string;
const state = (): State => State.of(folder, "staging", cipher);
const file = (): string => join(folder, "staging.json");

/** A folder for each test. */
function inAFolder(): void {
  beforeEach(() => (folder = join(mkdtempSync(join(tmpdir(), "slipway-state-")), "shop")));
  afterEach(() => rmSync(join(folder, ".."), { recursive: true }));
}

describe("what is known of a stage", () => {
  inAFolder();

  it("is nothing at first, and nothing is written for having looked", () => {
    assert.deepEqual([state().resources, state().outputs, state().history], [[], {}, []]);
    assert.equal(existsSync(folder), false);
  });

  it("is read again as it was written, secrets too", () => {
    const web = resource("web", { image: "a", envs: [secret({ password: ["planted"] })] }, { initError: "it is sick" });
    const known = state();
    known.put(web);
    known.tell({ url: "http://localhost", token: secret("planted") });
    assert.deepEqual(state().resources, [web]);
    assert.deepEqual(state().outputs, { url: "http://localhost", token: secret("planted") });
  });

  it("holds no secret in clear, nor may others read it", () => {
    state().put(resource("web", { envs: [secret("planted-secret")], deep: { a: [secret({ b: "planted-secret" })] } }));
    assert.doesNotMatch(readFileSync(file(), "utf8"), /planted-secret/);
    assert.equal(statSync(file()).mode & 0o077, 0);
  });

  it("is written whole, beside what was there, and leaves nothing else", () => {
    writeFileSync(join(mkdirOf(folder), "staging.json.next"), "what a process that was killed had written so f");
    state().put(resource("web"));
    assert.deepEqual(readdirSync(folder), ["staging.json"]);
    assert.equal(state().resources.length, 1);
  });

  it("keeps the old whole where the new cannot be written", () => {
    const known = state();
    known.put(resource("web"));
    const broken = State.of(folder, "staging", {
      ...cipher,
      encrypt: () => {
        throw new Error("no passphrase");
      },
    });
    assert.throws(() => broken.put(resource("api", { envs: [secret("x")] })), /no passphrase/);
    assert.deepEqual(
      state().resources.map(({ id }) => id),
      ["web-id"],
    );
  });

  it("puts what comes behind what was there, in the place of its former self", () => {
    const known = state();
    const web = resource("web", { image: "a" });
    known.put(web);
    known.put(resource("api"));
    known.put(resource("web", { image: "b" }), web);
    assert.deepEqual(
      state().resources.map(({ id, inputs }) => [id, inputs["image"]]),
      [
        ["api-id", undefined],
        ["web-id", "b"],
      ],
    );
  });

  it("means by a URN neither what has a successor nor what was only begun", () => {
    const known = state();
    known.put(resource("web", {}, { id: "old", replaced: true }));
    known.put(resource("web", {}, { id: "", pending: true }));
    assert.equal(known.current(resource("web").urn), undefined);
    known.put(resource("web", {}, { id: "new" }));
    assert.equal(known.current(resource("web").urn)?.id, "new");
  });

  it("forgets what was removed", () => {
    const known = state();
    const [web, api] = [resource("web"), resource("api")];
    [web, api].forEach((each) => known.put(each));
    known.remove(web);
    assert.deepEqual(state().resources, [api]);
  });

  it("tells its history, the newest first", () => {
    const entry = {
      result: "succeeded",
      startTime: "2026-11-21T12:00:00.000Z",
      config: {},
      resourceChanges: {},
    } as const;
    const known = state();
    known.note({ ...entry, kind: "update" });
    known.note({ ...entry, kind: "destroy", resourceChanges: { deleted: 2 } });
    assert.deepEqual(
      state().history.map(({ kind }) => kind),
      ["destroy", "update"],
    );
  });

  it("is refused where another version wrote it", () => {
    mkdirOf(folder);
    writeFileSync(file(), JSON.stringify({ version: 99, outputs: {}, resources: [], history: [] }));
    assert.throws(() => state(), /staging\.json was written by another version of the runner: take the stage down/);
  });
});

describe("a stage's lock", () => {
  inAFolder();

  it("is held by one process at a time, which it names, and given back", () => {
    const unlock = lock(folder, "staging");
    assert.throws(
      () => lock(folder, "staging"),
      new RegExp(`^Error: Another update of staging is running \\(process ${process.pid}\\): wait for its end`),
    );
    lock(folder, "production")();
    unlock();
    lock(folder, "staging")();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("is taken over from a process that is gone", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(join(mkdirOf(folder), "staging.lock"), String(pid));
    lock(folder, "staging");
    assert.equal(readFileSync(join(folder, "staging.lock"), "utf8"), String(process.pid));
  });

  it("is taken over from a process that was killed before it could write its number", () => {
    writeFileSync(join(mkdirOf(folder), "staging.lock"), "");
    lock(folder, "staging")();
  });
});

/** The folder, which is there then. */
function mkdirOf(folder: string): string {
  lock(folder, "any")();
  return folder;
}
