import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JobLog } from "../../jobs/log";

describe("a job's file of output", () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "slipway-log-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (path: string, text: string): void => {
    const log = new JobLog(path);
    log.write(Buffer.from(text));
    log.close();
  };

  it("is its owner's alone, in a folder that is too", () => {
    const path = join(folder, "stage", "migrate-v1.log");
    write(path, "one\n");
    assert.equal(readFileSync(path, "utf8"), "one\n");
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, "stage")).mode & 0o777, 0o700);
  });

  it("is begun anew, whatever was there and whoever might read it", () => {
    const path = join(folder, "migrate-v1.log");
    writeFileSync(path, "a longer text of before\n", { mode: 0o666 });
    write(path, "two\n");
    assert.equal(readFileSync(path, "utf8"), "two\n");
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  it("is one of thirty: the oldest go", () => {
    for (let age = 1; age <= 40; age++) {
      const path = join(folder, `migrate-v${age}.log`);
      writeFileSync(path, "");
      utimesSync(path, Date.now() / 1000 - age, Date.now() / 1000 - age);
    }
    writeFileSync(join(folder, "notes.txt"), "");
    write(join(folder, "migrate-new.log"), "x");
    const left = readdirSync(folder);
    assert.equal(left.filter((name) => name.endsWith(".log")).length, 30);
    assert.ok(left.includes("migrate-new.log") && left.includes("migrate-v1.log") && left.includes("notes.txt"));
    assert.ok(!left.includes("migrate-v40.log"));
  });

  it("is none where it cannot be written, and that stops nothing", () => {
    writeFileSync(join(folder, "file"), "");
    write(join(folder, "file", "migrate-v1.log"), "lost\n");
    assert.deepEqual(readdirSync(folder), ["file"]);
  });
});
