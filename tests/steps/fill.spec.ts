import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { pack, type Pack } from "tar-stream";
import { entriesIn } from "../../steps/fill";

const archive = async (write: (tar: Pack) => void): Promise<Buffer> => {
  const tar = pack();
  write(tar);
  tar.finalize();
  return buffer(Readable.from(tar as AsyncIterable<Uint8Array>));
};

describe("the beginning of an archive", () => {
  it("shows one entry for an empty folder, whatever describes it", async () => {
    const pax = { mtime: "1.5" };
    const bytes = await archive((tar) => tar.entry({ name: "data", type: "directory", pax }));
    assert.equal(entriesIn(bytes), 1);
  });

  it("shows more for a folder with content, also where it is cut off", async () => {
    const bytes = await archive((tar) => {
      tar.entry({ name: "data", type: "directory" });
      tar.entry({ name: "data/a" }, "x".repeat(2000));
      tar.entry({ name: "data/b" }, "");
    });
    assert.equal(entriesIn(bytes), 3);
    assert.equal(entriesIn(bytes.subarray(0, 1200)), 2);
  });

  it("shows nothing where there is nothing", () => assert.equal(entriesIn(Buffer.alloc(0)), 0));
});
