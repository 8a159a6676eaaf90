import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Registry } from "../../registry/client/registry";
import { partsOf } from "../../registry/client/indexes";
import { isImageType, isIndexType } from "../../registry/client/manifest";
import { Ledger } from "../../release/ledger";
import { isBeside } from "../../release/signing/beside";
import { loose } from "../registry/images";
import { containers, docker, ids, services } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { Project } from "./project";
import { run } from "./run";

const hand = "slipway-test-hand:1";
const indexType = "application/vnd.oci.image.index.v1+json";

/** What builds an image, by what the docker command is told, and why it cannot be had here. */
const builders: { name: string; buildkit: string; missing: () => Promise<string | undefined> }[] = [
  { name: "the classic builder", buildkit: "0", missing: () => Promise.resolve(undefined) },
  {
    name: "BuildKit",
    buildkit: "1",
    missing: async () =>
      (await run("docker", ["buildx", "version"])).code === 0 ? undefined : "the docker command has no buildx",
  },
];

/** What would write something else into an image, or beside it, at each build. */
const noted = (): Record<string, string> => ({
  SOURCE_DATE_EPOCH: String(Math.floor(Date.now() / 1000)),
  BUILDX_GIT_LABELS: "full",
  BUILDX_BUILDER: "slipway-test-none",
  BUILDKIT_PROGRESS: "rawjson",
});

for (const builder of builders) {
  onTellingEngine(`images that ${builder.name} makes`, (kind) => {
    inOrder();

    const former = { ...process.env };
    let project: Project;
    let registry: Registry;
    let old: { name: string; digest: string; parts: string[] };

    before(async function () {
      const reason = await builder.missing();
      if (reason) {
        console.log(`    not run: ${reason}`);
        this.skip();
      }
      process.env["DOCKER_BUILDKIT"] = builder.buildkit;
      project = await Project.create(kind, "builders", join(__dirname, "fixtures", "builders"));
      registry = new Registry(`127.0.0.1:${project.registryPort}`, () => project.login());
      // Notes on a build can only be kept in containerd's image store.
      const keepsNotes = /containerd/.test(await docker("info", "--format", "{{json .DriverStatus}}"));
      const notes = builder.buildkit === "1" && keepsNotes ? ["--provenance=mode=max"] : [];
      // An image of its own: of the same content as that of web it would keep that one in the registry.
      const own = ["--label", "made=by hand", "--tag", hand];
      await docker("build", ...notes, "--quiet", ...own, join(project.folder, "web"));
      await project.stage("staging", { compose: "compose.yaml", registry: await project.registry(), retention: 2 });
      await project.stage("production", { promoteFrom: "staging" });
      Object.assign(process.env, noted());
    });

    after(async () => {
      for (const key of ["DOCKER_BUILDKIT", ...Object.keys(noted())]) {
        if (former[key] === undefined) Reflect.deleteProperty(process.env, key);
        else process.env[key] = former[key];
      }
      await project?.dispose();
      if (project) await run("docker", ["image", "rm", "--force", hand]);
    });

    const released = async (stage = "staging") =>
      (await project.engine.outputs(stage)).release ?? assert.fail(`${stage} has no release`);
    /** Changes a file that is part of the image, by as many bytes as an image of a release is to have of its own. */
    const change = async (message: string): Promise<void> => {
      project.write("web/ballast", randomBytes(ballast / 2).toString("hex"));
      await project.commit(message);
    };
    const ballast = 6 << 20;

    /** What the registry has on its disk, in MB. */
    const size = async (): Promise<number> => {
      const all = await containers(project.name, "staging");
      const server = all.find(({ Config }) => Config.Labels["slipway.role"] === "registry") ?? assert.fail();
      return Number((await docker("exec", server.Id, "du", "-sk", "/var/lib/registry")).split("\t")[0]) / 1024;
    };

    it("are named by the platform's own manifest, whatever was pushed, as are those that others built", async () => {
      const { text } = await upAndClean(project.engine, "staging");
      for (const [service, { repository, digest }] of Object.entries((await released()).images)) {
        const head = await registry.headManifest(repository, digest);
        assert.ok(head && isImageType(head.mediaType), `${service} is a ${head?.mediaType}`);
        for (const tag of (await registry.listTags(repository)).filter((tag) => !isBeside(tag))) {
          assert.equal((await registry.headManifest(repository, tag))?.digest, digest, `${repository}:${tag}`);
        }
      }
      const [progress = ""] = text.split(/^Diagnostics:$/m);
      const steps = progress.match(/(Step \d+\/\d+ :|#\d+ \[).*/g) ?? [];
      assert.ok(steps.length >= 5, progress);
      assert.equal(new Set(steps).size, steps.length, `steps are told more than once:\n${steps.join("\n")}`);
    });

    it("keep their digest, and their containers, where a commit touches nothing that goes into them", async () => {
      const [before, running] = [await released(), await ids(project.name, "staging")];
      project.write("web/NOTES.md", "Another text, which no image takes either.\n");
      await project.commit("Note something");
      Object.assign(process.env, noted());
      await upAndClean(project.engine, "staging");
      const after = await released();
      assert.notEqual(after.name, before.name);
      assert.deepEqual(after.images, before.images);
      assert.deepEqual(await ids(project.name, "staging"), running);
    });

    it("run by the digest of an index where a version before recorded that, on promotion and on rollback", async function () {
      this.timeout(20 * 60_000);
      old = await recordedBefore();
      await signed(old.name);
      const pin = (): Promise<void> => project.engine.setConfig("production", "release", old.name);
      await pin();
      await upAndClean(project.engine, "production");
      const { web } = await services(project.name, "production");
      assert.ok(web?.Config.Image.endsWith(old.digest), web?.Config.Image);
      await project.engine.removeConfig("production", "release");
      await succeeds(project.engine.up("production"));
      await pin();
      await succeeds(project.engine.up("production"));
      const { web: again } = await services(project.name, "production");
      assert.ok(again?.Config.Image.endsWith(old.digest), again?.Config.Image);
      await project.engine.removeConfig("production", "release");
    });

    it("give their space back, and so do indexes when their release is retired", async function () {
      this.timeout(30 * 60_000);
      const sizes = [await size()];
      // Production lets go of a release when it has run two others since; staging keeps two more.
      for (const stages of [
        ["staging", "production"],
        ["staging", "production"],
        ["staging"],
        ["staging"],
        ["staging"],
      ]) {
        await change(`Change the image for the time ${sizes.length}`);
        for (const stage of stages) await succeeds(project.engine.up(stage));
        sizes.push(await size());
      }
      console.log(`      the registry has ${sizes.map((size) => size.toFixed(1)).join(", ")} MB`);
      const [before = 0, last = 0] = sizes.slice(-2);
      assert.ok(last - before < 1, `it grows from ${before} to ${last} MB`);
      assert.ok(!(await project.releases()).includes(old.name));
      for (const digest of [old.digest, ...old.parts]) {
        assert.equal(await registry.headManifest(`${project.name}/web`, digest), undefined, digest);
      }
    });

    /** Signs a release by hand, as the stage's key signs what was recorded before there were signatures. */
    async function signed(name: string): Promise<void> {
      const { folder, engine } = project;
      const program = join(folder, "node_modules", "slipway", "dist", "cli", "main.js");
      const options = { cwd: folder, env: { ...engine.env } };
      const { code, stderr } = await run(process.execPath, [program, "sign", name, "-s", "staging", "--yes"], options);
      assert.equal(code, 0, stderr);
    }

    /** Records a release as a version before did, with the index that a builder had pushed. */
    async function recordedBefore(): Promise<typeof old> {
      const ledger = new Ledger(registry, project.name);
      const release = await ledger.read((await released()).name);
      const web = release.images["web"] ?? assert.fail("there is no web");
      const own = await registry.getManifest(web.repository, web.digest);
      const note = await registry.putBytes(web.repository, randomBytes(100));
      const blob = { mediaType: "application/vnd.in-toto+json", ...note };
      const mediaType = "application/vnd.oci.image.manifest.v1+json";
      const bytes = loose({ schemaVersion: 2, mediaType, config: blob, layers: [blob] });
      const attestation = await registry.putManifest(web.repository, "note", { mediaType, bytes });
      const [os, architecture] = web.platform.split("/");
      const listed = [
        { mediaType: own.mediaType, digest: own.digest, size: own.bytes.byteLength, platform: { os, architecture } },
        {
          mediaType,
          digest: attestation,
          size: bytes.byteLength,
          platform: { os: "unknown", architecture: "unknown" },
        },
      ];
      const digest = await registry.putManifest(web.repository, "built-before", {
        mediaType: indexType,
        bytes: loose({ schemaVersion: 2, mediaType: indexType, manifests: listed }),
      });
      assert.ok(isIndexType((await registry.headManifest(web.repository, digest))?.mediaType ?? ""));
      const name = `v0ld0000-20250101-000000`;
      const images = { ...release.images, web: { ...web, digest } };
      await ledger.record({ ...release, name, createdAt: "2025-01-01T00:00:00.000Z", images });
      return { name, digest, parts: await partsOf(registry, web.repository, digest) };
    }
  });
}
