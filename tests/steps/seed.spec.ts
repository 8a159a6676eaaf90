import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { extract } from "tar-stream";
import { archiveOf, idsIn } from "../../steps/seed";

describe("what a volume begins with", () => {
  const base64 = (content: string): string => Buffer.from(content).toString("base64");

  async function entriesOf(files: Parameters<typeof archiveOf>[0], name: string) {
    const found: [string, string, string, number, string][] = [];
    const entries = archiveOf(files, name, { uid: 1000, gid: 100 }).pipe(extract());
    for await (const entry of entries) {
      const { name: path, type, mode, uid, gid } = entry.header;
      found.push([path, type ?? "", (mode ?? 0).toString(8), (uid ?? 0) * 10_000 + (gid ?? 0), await text(entry)]);
    }
    return found;
  }

  it("is a folder with all that lies in it, its owner's to write to", async () => {
    const files = [
      { path: "a.txt", contentBase64: base64("a"), permissions: "0644" },
      { path: "sub/run.sh", contentBase64: base64("run"), permissions: "0755" },
    ];
    assert.deepEqual(await entriesOf(files, "data"), [
      ["data", "directory", "755", 10_000_100, ""],
      ["data/a.txt", "file", "644", 10_000_100, "a"],
      ["data/sub", "directory", "755", 10_000_100, ""],
      ["data/sub/run.sh", "file", "755", 10_000_100, "run"],
    ]);
  });

  it("is a file by its name where the path is one", async () => {
    const files = [{ path: "", contentBase64: base64("server {}"), permissions: "0644" }];
    assert.deepEqual(await entriesOf(files, "site.conf"), [["site.conf", "file", "644", 10_000_100, "server {}"]]);
  });
});

describe("the numbers of a user", () => {
  // As they lie in an archive: text behind a header.
  const passwd = "passwd\0\0root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1001::/home/node:/bin/sh\n\0\0";
  const groups = "group\0\0root:x:0:\nstaff:x:50:\n\0\0";
  const cases: [string, string | undefined, number, number][] = [
    ["", undefined, 0, 0],
    ["1000", undefined, 1000, 1001],
    ["1000", "1000", 1000, 1000],
    ["4242", undefined, 4242, 0],
    ["node", undefined, 1000, 1001],
    ["node", "staff", 1000, 50],
    ["root", undefined, 0, 0],
    ["missing", undefined, 0, 0],
  ];
  for (const [name, group, uid, gid] of cases)
    it(`are ${uid} and ${gid} for ${JSON.stringify([name, group].filter(Boolean).join(":"))}`, () =>
      assert.deepEqual(idsIn(passwd, name, group, groups), { uid, gid }));
});
