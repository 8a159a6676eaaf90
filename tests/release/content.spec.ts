import assert from "node:assert/strict";
import { contentKey, type ReleaseContent } from "../../release/content";
import { digestOf } from "../components/engine";

const content: ReleaseContent = {
  commit: "1a2b3c4",
  dirty: false,
  compose: ["compose.yaml"],
  images: {
    web: { repository: "shop/web", digest: digestOf("web"), platform: "linux/amd64" },
    db: { repository: "shop/postgres", digest: digestOf("db"), platform: "linux/amd64" },
  },
  buildArgs: { web: { A: "1", B: "2" } },
  files: { "compose.yaml": Buffer.from("services: {}"), "run.sh": Buffer.from("#!") },
  executable: ["run.sh"],
};

const web = content.images["web"] as NonNullable<(typeof content.images)[string]>;

/** Releases that are others, each by one difference. */
const others: Record<string, Partial<ReleaseContent>> = {
  "another commit": { commit: "5d6e7f8" },
  "the dirty mark": { dirty: true },
  "a digest": { images: { ...content.images, web: { ...web, digest: digestOf("other") } } },
  "a repository": { images: { ...content.images, web: { ...web, repository: "shop/other" } } },
  "a platform": { images: { ...content.images, web: { ...web, platform: "linux/arm64" } } },
  "one service less": { images: { web } },
  "one byte of a file": { files: { ...content.files, "compose.yaml": Buffer.from("services: { }") } },
  "the path of a file": { files: { "compose.yml": Buffer.from("services: {}"), "run.sh": Buffer.from("#!") } },
  "a file more": { files: { ...content.files, more: Buffer.from("") } },
  "an executable file": { executable: [] },
  "the order of the compose files": { compose: ["b.yaml", "a.yaml"] },
  "a build argument": { buildArgs: { web: { A: "1", B: "3" } } },
};

describe("the key of a release's content", () => {
  it("is the same for the same content, in whatever order and form it comes", () => {
    const same: ReleaseContent = {
      ...content,
      images: Object.fromEntries(Object.entries(content.images).reverse()),
      buildArgs: { web: { B: "2", A: "1" } },
      files: Object.fromEntries(
        Object.entries(content.files)
          .reverse()
          .map(([path, bytes]) => [path, Buffer.from(bytes as Uint8Array).toString("base64")]),
      ),
    };
    assert.equal(contentKey(same), contentKey(content));
  });

  it("knows nothing of a name or a time", () => {
    const named = { ...content, name: "v1", createdAt: "2026-01-01T00:00:00.000Z" };
    assert.equal(contentKey(named), contentKey(content));
  });

  const keys = new Map([[contentKey(content), "the release itself"]]);
  for (const [what, difference] of Object.entries(others)) {
    it(`is another one for ${what}`, () => {
      const key = contentKey({ ...content, ...difference });
      assert.equal(keys.get(key), undefined);
      keys.set(key, what);
    });
  }
});
