import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ownImages } from "../../settings/ownImages";

const root = join(__dirname, "../..");

describe("the images of Slipway's own containers", () => {
  for (const [what, image] of Object.entries(ownImages)) {
    it(`are told by a version, and a digest that is one where there is any: ${what}`, () => {
      assert.match(image, /^[a-z0-9./-]+:[\w.-]+(@sha256:[0-9a-f]{64})?$/);
      assert.doesNotMatch(image, /:latest/);
    });
  }

  it("are named in one file alone, so that a change of it refreshes them", () => {
    const rooms = ["edge", "components", "registry", "tunnel", "settings", "plan", "steps", "docker"];
    const names = Object.values(ownImages).map((image) => image.split(/[:@]/)[0] ?? "");
    const naming = new RegExp(`["'\`](${names.map((name) => name.replace("/", "\\/")).join("|")}):`);
    const found = rooms.flatMap(filesIn).filter((file) => naming.test(readFileSync(file, "utf8")));
    assert.deepEqual(
      found.map((file) => file.slice(root.length + 1)),
      ["settings/ownImages.ts"],
    );
  });
});

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(root, folder, path));
}
