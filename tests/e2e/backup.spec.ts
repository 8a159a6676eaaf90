import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { backupIdentity, recipientOf } from "../../backup/age/keys";
import type { Manifest } from "../../backup/manifest";
import { Data, type Contents } from "./data";
import { docker, ids, leftovers } from "./docker";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, touched, upAndClean } from "./expect";
import { run, type Ended } from "./run";

/** What was there before each promotion. */
const first: Contents = { rows: ["apple", "pear"], key: "one", note: "buy flour" };
const second: Contents = { rows: ["apple", "pear", "plum"], key: "two", note: "buy sugar" };

onTellingEngine("a backup before a promotion", (kind) => {
  inOrder();

  let data: Data;
  let taken = "none";

  const project = (): Data["project"] => data.project;
  const all = (): Promise<Record<string, string>> => ids(project().name, "production");
  const newest = async (): Promise<Manifest> => (await data.backups())[0] as Manifest;

  before(async () => {
    data = await Data.open(kind);
    await succeeds(project().engine.up("staging"));
  });

  after(async () => {
    await data?.project.dispose();
  });

  it("is not taken where there is nothing to save: of the first release", async () => {
    await upAndClean(project().engine, "production");
    assert.deepEqual(await data.backups(), []);
    assert.equal((await data.history()).at(-1)?.backup, undefined);
    await data.write(first);
  });

  it("shows in the preview of a promotion", async () => {
    await data.another("app", "second");
    await succeeds(project().engine.up("staging"));
    const preview = await succeeds(project().engine.preview("production"));
    assert.match(preview.text, /Backed up before: db, cache, notes\./);
    assert.deepEqual(
      preview.changes.filter(({ name }) => name === "app-backup-step").map(({ kind }) => kind),
      ["update"],
    );
    assert.deepEqual(touched(preview, project(), "production"), ["app"]);
  });

  it("is taken by the promotion, and the ledger names it", async () => {
    const { seconds, text } = await succeeds(project().engine.up("production"));
    for (const [, line = ""] of text.matchAll(/(saved \w+: .*)$/gm)) console.log(`      ${line}`);
    console.log(`      ${seconds.toFixed(1)} s in all`);
    const { id, from, to, services } = await newest();
    taken = id;
    const [before, run] = (await data.history()).slice(-2);
    assert.deepEqual([run?.backup, run?.release, before?.release], [id, to, from]);
    assert.deepEqual(Object.keys(services), ["db", "cache", "notes"]);
  });

  it("is not taken by an update that changes no release", async () => {
    const { changes } = await upAndClean(project().engine, "production");
    assert.equal(changes, 0);
    assert.equal((await data.backups()).length, 1);
  });

  it("lies encrypted on the machine, for the stage's own key and the one that the settings name", async () => {
    const { services, recipient = "none" } = await newest();
    for (const [name, { age, file }] of Object.entries(services)) {
      assert.deepEqual(age, [recipient, recipientOf(Data.reader)], name);
      assert.equal(await data.inVolume(`head -c 21 ${taken}/${file}`), "age-encryption.org/v1", file);
    }
    // What the service's own command printed, which nothing packs.
    assert.equal(await data.inVolume(`grep -rl '${first.note}' . || echo none`), "none");
    const { stdout } = await data.slipway("backups");
    assert.match(stdout, new RegExp(`${recipient.slice(0, 12)}…, ${recipientOf(Data.reader).slice(0, 12)}…`));
    assert.match(await data.key(), new RegExp(`${recipient}\nAGE-SECRET-KEY-1`));
  });

  it("is read by the age program with either key, without Slipway", async function () {
    if (spawnSync("age", ["--version"]).error) {
      console.log("      not run: there is no age program on PATH");
      return this.skip();
    }
    const sealed = Buffer.from(await data.inVolume(`base64 ${taken}/notes.backup.age`), "base64");
    for (const key of [await data.key(), Data.reader]) {
      const read = await data.withKey(key, async (file) => spawnSync("age", ["-d", "-i", file], { input: sealed }));
      assert.equal(read.stdout.toString(), first.note, read.stderr.toString());
    }
  });

  it("is not restored without its key, nor with another one, and then nothing is stopped", async () => {
    const before = await all();
    const { age = [] } = (await newest()).services["db"] ?? {};
    const wrong = backupIdentity("another");
    const refused = await data.withKey(wrong, (file) => data.slipway("restore", taken, "--yes", "--identity", file));
    assert.equal(refused.code, 1);
    const sentence = `The backup ${taken} of db is encrypted for ${age.join(", ")}, and \\S+key.txt has the key of ${recipientOf(wrong)}: `;
    assert.match(refused.stderr, new RegExp(sentence));
    const { engine, folder } = project();
    const env = { ...engine.env, PULUMI_BACKEND_URL: "file:///nowhere", SLIPWAY_RUNNER_STATE: "/nowhere" };
    const program = join(folder, "node_modules", "slipway", "dist", "cli", "main.js");
    const alone = (...args: string[]): Promise<Ended> =>
      run(process.execPath, [program, "restore", taken, "-s", "production", ...args], { cwd: folder, env });
    const lost = await alone("--yes", "--without-ledger");
    assert.equal(lost.code, 1);
    assert.match(lost.stderr, /its key cannot be had from the state of production: name the file .* with --identity/);
    assert.deepEqual(await all(), before);
    const found = await data.withKey(Data.reader, (file) => alone("--scratch", "--identity", file));
    assert.equal(found.code, 0, found.stderr);
  });

  it("can be restored into a scratch container, with the rows in it", async () => {
    const { code, stdout, stderr } = await data.restore(taken, "--scratch", "--keep");
    assert.equal(code, 0, stderr);
    const scratch = stdout.trim().split("\n");
    assert.equal(scratch.length, 3);
    const of = (service: string): string => scratch.find((name) => name.includes(`-${service}-scratch-`)) ?? "none";
    assert.deepEqual(await data.sql("SELECT name FROM items ORDER BY name", of("db")), first.rows);
    assert.equal(await docker("exec", of("cache"), "redis-cli", "get", "key"), first.key);
    await docker("rm", "--force", "--volumes", ...scratch);
  });

  it("is refused under a name that there is not, with the nearest", async () => {
    const { code, stderr } = await data.slipway("restore", `${taken}9`, "--scratch");
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`has no backup ${taken}9: did you mean ${taken}\\?`));
  });

  it("makes a promotion fail before anything is changed where a service cannot be saved", async () => {
    const before = await all();
    project().edit("compose.yaml", 'command: "cat /data/note"', 'command: "echo the note is locked >&2; exit 1"');
    await data.another("db", "second");
    await succeeds(project().engine.up("staging"));
    const update = await project().engine.up("production");
    assert.ok(!update.ok, update.text);
    assert.match(
      update.text,
      /There is no backup before v\S+, so nothing was changed\. The data of notes cannot be saved:/,
    );
    assert.match(update.text, /the note is locked/);
    assert.deepEqual(await all(), before, "containers were changed");
    assert.deepEqual(await data.contents(), first);
    assert.equal((await data.history()).at(-1)?.backup, taken);
    assert.deepEqual(
      (await data.backups()).map(({ id }) => id),
      [taken],
    );
  });

  it("makes a promotion fail where a database is not well, with what to do", async () => {
    const db = await data.container("db");
    await docker("pause", db);
    const before = await all();
    const update = await project().engine.up("production");
    assert.ok(!update.ok, update.text);
    assert.match(update.text, /The service db is not well, so its data cannot be saved: its container is paused/);
    assert.match(update.text, /x-slipway: \{ backup: false \}/);
    assert.deepEqual(await all(), before, "containers were changed");
    await docker("unpause", db);
    await data.answers();
  });

  it("is taken anew when the promotion is tried again, of a database that had stopped as well, and old ones go", async () => {
    await data.write(second);
    project().edit("compose.yaml", 'command: "echo the note is locked >&2; exit 1"', 'command: "cat /data/note"');
    await project().commit("Unlock the note");
    await succeeds(project().engine.up("staging"));
    const old = JSON.stringify({ ...(await newest()), id: "b20200101-000000", at: "2020-01-01T00:00:00.000Z" });
    await data.inVolume(`mkdir b20200101-000000 b20200101-000001; printf %s '${old}' >b20200101-000000/manifest.json`);
    await docker("stop", await data.container("db"));
    const { text } = await succeeds(project().engine.up("production"));
    assert.match(text, /db had stopped: starting it, to save its data/);
    assert.deepEqual(await data.contents(), second);
    const { id } = await newest();
    assert.equal((await data.history()).at(-1)?.backup, id);
    assert.deepEqual((await data.inVolume("ls")).split("\n"), [taken, id]);
  });

  it("was followed by a clean stop of the database that was replaced", async () => {
    // PostgreSQL writes its log on standard error.
    const { stderr: log } = await run("docker", ["logs", await data.container("db")]);
    assert.match(log, /database system was shut down at/);
    assert.doesNotMatch(log, /was interrupted|not properly shut down/);
  });

  it("brings the rows back, saving first what was there", async () => {
    const others = await all();
    const ledger = kind.name === "Pulumi" ? [] : ["--without-ledger"];
    const { code, stdout, stderr } = await data.restore(taken, "--yes", ...ledger);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await data.contents(), first);
    assert.deepEqual(await all(), others, "containers are others");
    const safety = (await newest()).id;
    assert.match(stdout, new RegExp(`What it was until now is in ${safety}\\.`));
    const back = await data.restore(safety, "--service", "db", "--no-backup", "--yes", ...ledger);
    assert.equal(back.code, 0, back.stderr);
    assert.deepEqual(await data.contents(), { ...first, rows: second.rows });
    const drift = await project().engine.refreshPreview("production");
    assert.ok(drift.ok, drift.text);
  });

  it("does not restore a file that is not what it was", async () => {
    await data.inVolume(`printf x >>${taken}/notes.backup.age`);
    const { code, stderr } = await data.restore(taken, "--yes", "--without-ledger");
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`The backup ${taken} of notes is not what it was when it was taken`));
  });

  it("of a version before, which lies in clear, can still be listed and restored", async () => {
    const { services, ...rest } = await newest();
    const { age: _, ...notes } = services["notes"] ?? assert.fail();
    const [id, text] = ["b20250101-000000", "from before"];
    const sha256 = createHash("sha256").update(text).digest("hex");
    const old = { ...notes, file: "notes.backup", bytes: text.length, sha256 };
    const manifest = JSON.stringify({ ...rest, version: 1, id, recipient: undefined, services: { notes: old } });
    await data.inVolume(
      `mkdir ${id}; printf %s '${text}' >${id}/notes.backup; printf %s '${manifest}' >${id}/manifest.json`,
    );
    assert.match((await data.slipway("backups")).stdout, new RegExp(`${id} .*nobody: in clear`));
    const { code, stderr } = await data.slipway("restore", id, "--yes", "--no-backup", "--without-ledger");
    assert.equal(code, 0, stderr);
    assert.equal((await data.contents()).note, text);
  });

  it("stays when the stage is taken down, and shows no secret", async () => {
    const told = project()
      .engine.transcript.map(({ text }) => text)
      .join("\n");
    assert.ok(!told.includes(Data.password));
    assert.ok(!/AGE-SECRET-KEY-1/i.test(told));
    await succeeds(project().engine.destroy("production"));
    const { volume, container } = await leftovers(project().name, "production");
    assert.deepEqual(container, []);
    assert.ok(volume.includes(`${project().name}-production-backups`));
    assert.match((await data.slipway("backups")).stderr, /has no container on its machine: bring it up first/);
  });
});
