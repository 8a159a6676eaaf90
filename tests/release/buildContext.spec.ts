import assert from "node:assert/strict";
import { appendFileSync, chmodSync, existsSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { extract } from "tar-stream";
import { listContext } from "../../release/context";
import type { BuildOptions } from "../../release/images";
import { OwnPlaces, ownPlaces } from "../../release/ownPlaces";
import { prepareContext, type PreparedContext } from "../../release/buildContext";
import { Folder } from "./folder";

const plain: BuildOptions = {
  context: ".",
  dockerfile: "Dockerfile",
  args: {},
  platform: "linux/amd64",
  labels: {},
  cacheFrom: [],
  extraHosts: [],
  additionalContexts: {},
  noCache: false,
  pull: false,
};
const nothing = new OwnPlaces([], "/nowhere");

/** An archive's entries, by name: what they are, their permissions, and their content. */
async function unpacked({ input }: PreparedContext): Promise<Record<string, string>> {
  assert.ok(input instanceof Readable);
  const entries: Record<string, string> = {};
  const reading = extract();
  input.on("error", (error) => reading.destroy(error)).pipe(reading as unknown as NodeJS.WritableStream);
  for await (const entry of reading) {
    const { name, type, mode, linkname } = entry.header;
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    const content = linkname ?? Buffer.concat(pieces).toString();
    entries[name.replace(/\/$/, "")] = [type, (mode ?? 0).toString(8), content].join(" ");
  }
  return entries;
}

describe("the context that a builder gets", () => {
  let folder: Folder;

  beforeEach(() => {
    folder = new Folder().write({ Dockerfile: "FROM scratch\n", ".dockerignore": "*.log\n", "a.log": "", "b/c": "1" });
  });
  afterEach(() => folder.remove());

  const prepare = (builder: "classic" | "buildkit", options: Partial<BuildOptions> = {}, own = nothing) =>
    prepareContext({ ...plain, ...options }, builder, own, folder.path);

  describe("that is the classic one", () => {
    it("is an archive of what counts, with its permissions and links, and files of any size and name", async () => {
      const long = `${"long-".repeat(40)}é`;
      folder.write({ [`deep/${long}/${long}`]: "x".repeat(3 << 20), empty: "", "run.sh": "#!/bin/sh\n" });
      chmodSync(folder.at("b/c"), 0o600);
      symlinkSync("../b/c", folder.at("b/link"));
      const entries = await unpacked(await prepare("classic"));
      const counted = listContext(folder.path, folder.at("Dockerfile"), { builder: "classic", isOwn: () => false });
      assert.deepEqual(Object.keys(entries).sort(), counted.map(({ path }) => path).sort());
      assert.equal(entries["b/c"], "file 600 1");
      assert.equal(entries["run.sh"], "file 755 #!/bin/sh\n");
      assert.equal(entries["b"], "directory 755 ");
      assert.match(entries["b/link"] ?? "", /^symlink \d+ \.\.\/b\/c$/);
      assert.equal(entries[`deep/${long}/${long}`]?.length, "file 644 ".length + (3 << 20));
    });

    it("holds a Dockerfile from elsewhere under one name for one text, which its ignore file leaves out", async () => {
      folder.write({ "web/Dockerfile": "FROM scratch\n", "b/.dockerignore": "*.log\n" }).commit();
      for (const options of [
        { context: "b", dockerfile: folder.at("web/Dockerfile") },
        { context: "b", dockerfile: undefined, inline: "FROM scratch\n" },
      ]) {
        const prepared = await prepare("classic", options);
        const { file, context } = prepared.places;
        assert.match(file, /^\.dockerfile\.[0-9a-f]{20}$/);
        assert.equal(context, "-");
        const entries = await unpacked(prepared);
        assert.equal(entries[file], "file 644 FROM scratch\n");
        assert.equal(entries[".dockerignore"], `file 644 *.log\n\n${file}\n`);
        const again = await prepare("classic", options);
        assert.equal(again.places.file, file);
        again.remove();
      }
      folder.write({ "web/a": "" });
      const entries = await unpacked(await prepare("classic", { context: "web", dockerfile: "../Dockerfile" }));
      assert.match(entries[".dockerignore"] ?? "", /^file 644 \.dockerignore\n\.dockerfile\.[0-9a-f]{20}\n$/);
    });

    it("takes a Dockerfile that is a link for what it leads to", async () => {
      symlinkSync("b/c", folder.at("web.Dockerfile"));
      const { places, remove } = await prepare("classic", { dockerfile: "web.Dockerfile" });
      assert.equal(places.file, "b/c");
      remove();
    });

    it("ends with a sentence where a file changes while it is sent", async () => {
      folder.write({ "z/large": "x".repeat(8 << 20) });
      const prepared = await prepare("classic");
      const file = folder.at("z/large");
      const input = prepared.input as Readable;
      // It is shorter than it was when its reading began.
      let seen = 0;
      input.on("data", (piece: Buffer) => {
        if (seen < 1 << 20 && seen + piece.length >= 1 << 20) folder.write({ "z/large": "x" });
        seen += piece.length;
      });
      await assert.rejects(unpacked(prepared), {
        message: new RegExp(`^${file} changed while it was sent \\(.*\\): run the command again\\.$`),
      });
    });

    it("may grow meanwhile, and is sent as it was listed", async () => {
      folder.write({ "z/log": "x".repeat(1000) });
      const prepared = await prepare("classic");
      (prepared.input as Readable).once("data", () => appendFileSync(folder.at("z/log"), "more"));
      assert.match((await unpacked(prepared))["z/log"] ?? "", /^file 644 x{1000}(more)?$/);
    });
  });

  describe("that is BuildKit", () => {
    it("is the folder itself where nothing of Slipway's own can lie in it", async () => {
      const { places, input } = await prepare("buildkit", { context: "b", dockerfile: "../Dockerfile" });
      assert.deepEqual(places, { file: join(process.cwd(), "Dockerfile"), context: "b", additionalContexts: {} });
      assert.equal(input, undefined);
    });

    it("comes with an ignore file of its own otherwise, and leaves nothing behind", async () => {
      const own = ownPlaces(folder.path, {});
      const { places, remove } = await prepare("buildkit", {}, own);
      assert.equal(places.context, ".");
      assert.equal(readFileSync(places.file, "utf8"), "FROM scratch\n");
      const lines = readFileSync(`${places.file}.dockerignore`, "utf8").split("\n");
      assert.equal(lines[0], "*.log");
      for (const line of ["/.slipway", "/.slipway-runner", "/.pulumi-state", "/Pulumi.*.yaml"])
        assert.ok(lines.includes(line), line);
      assert.equal(folder.read(".dockerignore"), "*.log\n");
      remove();
      assert.ok(!existsSync(dirname(places.file)));
    });

    it("goes by the ignore file beside the Dockerfile", async () => {
      folder.write({ "Dockerfile.dockerignore": "b" });
      const { places, remove } = await prepare("buildkit", {}, ownPlaces(folder.path, {}));
      assert.match(readFileSync(`${places.file}.dockerignore`, "utf8"), /^b\n/);
      remove();
    });

    it("gets a copy of a further context that something of Slipway's own may lie in", async () => {
      folder.write({ ".slipway/key": "s3cret", "web/Dockerfile": "FROM scratch\n" });
      symlinkSync("b", folder.at("link"));
      const { places, remove } = await prepare(
        "buildkit",
        { context: "web", additionalContexts: { all: ".", web: "web", image: "docker-image://a" } },
        ownPlaces(folder.path, {}),
      );
      assert.deepEqual(
        [places.additionalContexts["web"], places.additionalContexts["image"]],
        ["web", "docker-image://a"],
      );
      const copy = places.additionalContexts["all"] ?? "";
      assert.deepEqual(readdirSync(copy).sort(), [".dockerignore", "Dockerfile", "b", "link", "web"]);
      assert.equal(readFileSync(join(copy, "link/c"), "utf8"), "1");
      remove();
      assert.ok(!existsSync(copy));
      assert.equal(folder.read("b/c"), "1");
    });
  });
});
