import assert from "node:assert/strict";
import { createCipheriv, createHash } from "node:crypto";
import {
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  mkdirSync,
  chmodSync,
} from "node:fs";
import { join } from "node:path";
import { docker, ids, leftovers, services } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, refuses, succeeds, touched, upAndClean } from "./expect";
import { Project } from "./project";

const megabyte = 1_000_000;

/** Bytes that no program can make smaller, always the same ones for the same seed. */
function noise(seed: string, size: number): Buffer {
  const key = createHash("sha256").update(seed).digest();
  return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

onTellingEngine("files that are too much for the state", (kind) => {
  inOrder();

  let project: Project;
  let first: string;
  const film = noise("first", 70 * megabyte);

  const at = (path: string): string => join(project.folder, path);
  const inside = async (stage: string, service: string, ...command: string[]): Promise<string> =>
    docker("exec", (await services(project.name, stage))[service]?.Id ?? "none", ...command);
  const sumIn = async (stage: string, service: string, path: string): Promise<string> =>
    (await inside(stage, service, "sha256sum", path)).split(" ")[0] ?? "";
  const sum = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const release = async (stage: string): Promise<string> => {
    const { release } = await project.engine.outputs(stage);
    assert.ok(release);
    return release.name;
  };
  /** The names of the volumes that hold bundles. */
  const volumes = async (stage: string): Promise<string[]> =>
    (await leftovers(project.name, stage)).volume.filter((name) => /-files-[0-9a-f]{20}$/.test(name)).sort();

  before(async () => {
    project = await Project.create(kind, "media", join(__dirname, "fixtures", "media"));
    mkdirSync(at("media/few/empty"), { recursive: true });
    writeFileSync(at("media/film"), film);
    writeFileSync(at("media/nothing"), "");
    writeFileSync(at("media/play"), "#!/bin/sh\necho played\n");
    chmodSync(at("media/play"), 0o755);
    symlinkSync("../film", at("media/few/link"));
    // A name and a content that are no English text, and holes: 20 MB of which the disk has none.
    writeFileSync(at("media/Ünïcödé ☃"), Buffer.from([0xff, 0x00, 0xfe]));
    writeFileSync(at("media/holes"), "");
    truncateSync(at("media/holes"), 20 * megabyte);
    for (let number = 0; number < 500; number++) writeFileSync(at(`media/few/${number}`), `${number}\n`);
    writeFileSync(at("words.txt"), noise("words", megabyte));
    await project.commit("Add the files");
    const registry = await project.sharedRegistry();
    await project.stage("staging", { compose: "compose.yaml", registry });
    await project.stage("production", { promoteFrom: "staging", registry });
    for (const stage of ["staging", "production"]) await project.logIn(stage);
  });

  after(async () => {
    await project?.dispose();
  });

  it("reach containers as they are, by a volume that several services share", async () => {
    const { text } = await upAndClean(project.engine, "staging");
    assert.doesNotMatch(text, /sending them to the machine/, "the machine pulls them, and its Engine copies them");
    first = await release("staging");
    for (const [service, folder] of [
      ["page", "/srv/media"],
      ["copy", "/data"],
    ] as const) {
      assert.equal(await sumIn("staging", service, `${folder}/film`), sum(film));
      assert.equal(await sumIn("staging", service, `${folder}/few/link`), sum(film));
      assert.equal(await sumIn("staging", service, `${folder}/holes`), sum(Buffer.alloc(20 * megabyte)));
      assert.equal(await sumIn("staging", service, `${folder}/Ünïcödé ☃`), sum(Buffer.from([0xff, 0x00, 0xfe])));
      assert.equal(await inside("staging", service, `${folder}/play`), "played");
      const shown = "stat -c '%a %F %s' nothing few/7 few/link play && stat -c '%a %F' few few/empty && ls few | wc -l";
      assert.deepEqual((await inside("staging", service, "sh", "-c", `cd ${folder} && ${shown}`)).split("\n"), [
        "444 regular empty file 0",
        "444 regular file 2",
        "777 symbolic link 7",
        "555 regular file 22",
        "755 directory",
        "755 directory",
        "502",
      ]);
    }
    assert.equal(
      await inside("staging", "page", "sh", "-c", "sha256sum < /etc/words; stat -c %a /etc/words"),
      `${sum(noise("words", megabyte))}  -\n440`,
    );
    assert.equal(await inside("staging", "page", "cat", "/etc/page/page.conf"), "first");
    await assert.rejects(inside("staging", "copy", "touch", "/data/film"), /read-only/i);
    assert.equal((await volumes("staging")).length, 2, "one for the folder, one for the config");
  });

  it("are in the registry, and in no state and no image of the machine", async () => {
    for (const name of readdirSync(project.engine.stateFolder, { recursive: true, encoding: "utf8" })) {
      const path = join(project.engine.stateFolder, name);
      if (statSync(path).isFile())
        assert.ok(statSync(path).size < megabyte, `${name} has ${statSync(path).size} bytes`);
    }
    assert.equal((await project.tags("mounted-files")).filter((tag) => /^[0-9a-f]{64}$/.test(tag)).length, 2);
    assert.doesNotMatch(await docker("image", "ls", "--digests"), new RegExp(`${project.name}/mounted-files`));
  });

  it("reach a stage that takes the release over", async () => {
    await succeeds(project.engine.up("production"));
    assert.equal(await sumIn("production", "page", "/srv/media/film"), sum(film));
    assert.equal(await inside("production", "page", "cat", "/etc/page/page.conf"), "first");
  });

  it("touch nothing when another file changes", async () => {
    const before = await ids(project.name, "staging");
    project.write("conf/page.conf", "second\n");
    await project.commit("Change a small file");
    const preview = await succeeds(project.engine.preview("staging"));
    assert.deepEqual(touched(preview, project, "staging"), [
      "other",
      "other-files-carrier",
      "page",
      "page-files-carrier",
    ]);
    const { seconds } = await succeeds(project.engine.up("staging"));
    const after = await ids(project.name, "staging");
    assert.equal(after["copy"], before["copy"]);
    assert.notEqual(after["page"], before["page"]);
    console.log(`      ${seconds.toFixed(1)} s with 90 MB that stay`);
  });

  it("replace what mounts them when one of them changes, also where their volume holds a part already", async () => {
    const [before, was] = [await ids(project.name, "staging"), await volumes("staging")];
    writeFileSync(at("media/few/7"), "seven\n");
    await project.commit("Change one of many files");
    const { changes } = await succeeds(project.engine.preview("staging"));
    const name = changes.flatMap(({ name }) => /^(.*-files-[0-9a-f]{20})-volume$/.exec(name)?.[1] ?? [])[0] ?? "none";
    await docker("volume", "create", "--label", `slipway.project=${project.name}`, name);
    const image = (await services(project.name, "staging"))["copy"]?.Image ?? "none";
    const half = "mkdir -p /v/content/few && echo half > /v/content/film";
    await docker("run", "--rm", "--volume", `${name}:/v`, image, "sh", "-c", half);
    const { text } = await upAndClean(project.engine, "staging");
    assert.match(text, /sending them to the machine/);
    assert.equal(await inside("staging", "copy", "cat", "/data/few/7"), "seven");
    assert.equal(await sumIn("staging", "copy", "/data/film"), sum(film));
    const after = await ids(project.name, "staging");
    assert.equal(after["other"], before["other"]);
    assert.notEqual(after["copy"], before["copy"]);
    const is = await volumes("staging");
    assert.equal(
      is.filter((volume) => was.includes(volume)).length,
      1,
      "that of the config stays, that of before goes",
    );
  });

  it("come back when a stage goes back", async () => {
    await succeeds(project.engine.up("production"));
    assert.equal(await inside("production", "copy", "cat", "/data/few/7"), "seven");
    await project.engine.setConfig("production", "release", first);
    await succeeds(project.engine.up("production"));
    assert.equal(await inside("production", "copy", "cat", "/data/few/7"), "7");
    await succeeds(project.engine.destroy("production"));
    assert.deepEqual(await volumes("production"), []);
  });

  it("are refused where there are too many of them, before anything changes", async () => {
    truncateSync(at("media/holes"), 2000 * megabyte);
    await refuses(
      project,
      "staging",
      /have 2\.07 GB together, more than the 1 GB that a release takes; the largest is media\/holes with 2 GB: data belongs on a named volume/,
    );
    truncateSync(at("media/holes"), 20 * megabyte);
    writeFileSync(at(".gitignore"), "node_modules/\nmodel\n");
    writeFileSync(at("model"), noise("model", 5 * megabyte));
    project.edit(
      "compose.yaml",
      './conf:/etc/page:ro"]\n    configs',
      './conf:/etc/page:ro", "./model:/model:ro"]\n    configs',
    );
    await refuses(
      project,
      "staging",
      /model is mounted, and what git ignores there is the stage's own .* takes 4 MB of it at most: model has 5 MB/,
    );
    await project.git("checkout", "--quiet", "--", ".");
  });

  it("go with the stage", async () => {
    await succeeds(project.engine.destroy("staging"));
    assert.deepEqual(await volumes("staging"), []);
    assert.ok(readFileSync(at("media/film")).equals(film));
  });
});
