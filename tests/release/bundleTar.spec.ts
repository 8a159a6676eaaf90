import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { extract } from "tar-stream";
import { contentOf } from "../../release/bundles";
import { filesIn, tarOf, type TarSource } from "../../release/bundleTar";
import { Folder } from "./folder";

async function all(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return read;
}

describe("a bundle's layer", () => {
  let folder: Folder;

  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const at = new Date("2026-11-26T12:00:00Z");
  const source = (id: string): TarSource => ({ ...contentOf(folder.path, id), key: "k3y", at });
  const bytesOf = async (id: string): Promise<Buffer> => Buffer.concat(await all(tarOf(source(id))));

  interface Told {
    name: string;
    type: string;
    mode: string;
    owner: string;
    linkname: string | null;
    content: string;
  }

  const read = async (id: string): Promise<Told[]> => {
    const archive = extract();
    Readable.from([await bytesOf(id)]).pipe(archive);
    const told: Told[] = [];
    for await (const entry of archive) {
      const pieces: Buffer[] = [];
      for await (const piece of entry) pieces.push(piece as Buffer);
      const { name, type, mode, uid, gid, linkname, mtime } = entry.header;
      assert.deepEqual(mtime, at);
      told.push({
        name,
        type: String(type),
        mode: (mode ?? 0).toString(8),
        owner: `${uid}:${gid}`,
        linkname: linkname ?? null,
        content: Buffer.concat(pieces).toString("latin1"),
      });
    }
    return told;
  };

  it("holds a folder as it is, readable for everybody and writable for nobody, what tells of its end at the end", async () => {
    const long = `${"l".repeat(90)}/${"n".repeat(120)} ☃`;
    folder.write({ "data/a": "a", "data/run": "#!x", "data/nothing": "", [`data/${long}`]: "long" });
    writeFileSync(
      folder.at("data/all"),
      Uint8Array.from({ length: 256 }, (_, byte) => byte),
    );
    mkdirSync(folder.at("data/empty"));
    symlinkSync("../a", folder.at("data/empty-link"));
    const entries = await read("data");
    assert.deepEqual(
      entries.map(({ name, type, mode, linkname }) => [name, type, mode, linkname]),
      [
        ["slipway", "directory", "755", null],
        ["slipway/content", "directory", "755", null],
        ["slipway/content/a", "file", "444", null],
        ["slipway/content/all", "file", "444", null],
        ["slipway/content/empty", "directory", "755", null],
        ["slipway/content/empty-link", "symlink", "777", "../a"],
        [`slipway/content/${"l".repeat(90)}`, "directory", "755", null],
        [`slipway/content/${long}`, "file", "444", null],
        ["slipway/content/nothing", "file", "444", null],
        ["slipway/content/run", "file", "555", null],
        ["slipway/~complete", "file", "444", null],
      ],
    );
    assert.ok(entries.every(({ owner }) => owner === "0:0"));
    assert.equal(entries.find(({ name }) => name.endsWith("/all"))?.content.length, 256);
    assert.equal(entries.at(-1)?.content, "k3y");
  });

  it("holds a file in the place of the folder, with the mode that it is given", async () => {
    folder.write({ words: "words" });
    assert.deepEqual(
      (await read("0440 words")).map(({ name, mode }) => [name, mode]),
      [
        ["slipway", "755"],
        ["slipway/content", "440"],
        ["slipway/~complete", "444"],
      ],
    );
  });

  it("is the same each time, and tells the digests of what it read", async () => {
    writeFileSync(folder.at("large"), randomBytes(3_000_001));
    const told = new Map<string, string>();
    const first = Buffer.concat(await all(tarOf(source("large"), (path, hash) => told.set(path, hash))));
    assert.ok(first.equals(await bytesOf("large")));
    assert.equal(
      told.get(""),
      createHash("sha256")
        .update(first.subarray(1024, 1024 + 3_000_001))
        .digest("hex"),
    );
  });

  it("never holds two states of one file", async () => {
    folder.write({ "data/a": "a".repeat(1000), "data/b": "b".repeat(1000) });
    const grown = source("data");
    appendFileSync(folder.at("data/a"), "more");
    await assert.rejects(all(tarOf(grown)), /data\/a changed while it was read: run the command again/);
    const shrunk = source("data");
    truncateSync(folder.at("data/b"), 10);
    await assert.rejects(all(tarOf(shrunk)), /data\/b changed while it was read/);
    const gone = source("data");
    folder.remove();
    await assert.rejects(all(tarOf(gone)), /changed while it was read|cannot be read/);
  });

  it("ends with whoever reads it no more", async () => {
    writeFileSync(folder.at("large"), randomBytes(30_000_000));
    for await (const piece of tarOf(source("large"))) {
      assert.ok(piece.length > 0);
      break;
    }
  });

  it("gives the files that describe an application back", async () => {
    folder.write({ "compose.yaml": "services: {}\n", "env/größe.env": "A=1\n", empty: "" });
    const paths = ["compose.yaml", "env/größe.env", "empty"];
    const layer = tarOf({ ...contentOf(folder.path, "", paths), key: "k3y", at });
    const files = Object.entries(await filesIn(layer)).map(([path, bytes]) => [path, Buffer.from(bytes).toString()]);
    assert.deepEqual(Object.fromEntries(files), {
      "compose.yaml": "services: {}\n",
      "env/größe.env": "A=1\n",
      empty: "",
    });
  });
});
