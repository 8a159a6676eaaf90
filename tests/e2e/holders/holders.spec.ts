import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTellingEngine } from "../engines";
import { inOrder, succeeds, upAndClean } from "../expect";
import { Counting } from "./counting";

onTellingEngine("what two containers cannot hold at once", (kind) => {
  inOrder();

  let app: Counting;
  const engine = () => app.project.engine;

  before(async () => {
    app = await Counting.open(kind, "staging");
    await succeeds(engine().up("staging"));
    await app.goesOn("db");
  });
  after(async () => {
    await app?.project.dispose();
  });

  it("goes to a service that was renamed once the old one has ended, with all that was counted", async () => {
    await app.change(["  db:\n", "  database:\n"]);
    const preview = await succeeds(engine().preview("staging"));
    assert.match(
      preview.text,
      /The volume \S+_records and the port \d+ go from db to database: db is saved and stopped before database is made/,
    );
    const update = await upAndClean(engine(), "staging");
    assert.match(update.text, /db is stopped, so that database can have the volume \S+_records and the port \d+/);
    assert.match(update.text, /saved db|the backup b\S+ is complete/, "its data were saved before");
    await app.goesOn("database");
    console.log(`      ${await app.countedOnce()} counted, each once`);
  });

  it("is held again by the old one where the new one does not become well", async () => {
    await app.change(["  database:\n", "  keeper:\n"], ['ILL: ""', 'ILL: "yes"']);
    assert.equal((await engine().up("staging")).ok, false);
    await app.goesOn("database");
    await app.countedOnce();
  });

  it("is held again by the old container of a service whose new one does not become well", async () => {
    await app.change(["  keeper:\n", "  database:\n"]);
    assert.equal((await engine().up("staging")).ok, false);
    await app.goesOn("database");
    await app.countedOnce();
  });

  it("goes on to the next good release, and nothing is left over", async () => {
    await app.change(['ILL: "yes"', 'ILL: ""'], ["EDITION: first, ILL", "EDITION: second, ILL"]);
    await upAndClean(engine(), "staging");
    await app.goesOn("database");
    await app.countedOnce();
  });

  it("goes to another service that there was already, and back again", async () => {
    const other = "    entrypoint: [sleep, infinity]\n";
    await app.change(
      [other, `${other}    volumes: ["records:/records"]\n`],
      ['    volumes: ["records:/data"]\n', '    volumes: ["more:/data"]\n'],
      ["  records:\n", "  records:\n  more:\n"],
    );
    await upAndClean(engine(), "staging");
    assert.deepEqual(await app.holders(), ["other"]);
    await app.countedOnce();
    await app.countedOnce(app.volume.replace(/records$/, "more"));
    await app.project.git("revert", "--no-edit", "HEAD");
    await upAndClean(engine(), "staging");
    await app.goesOn("database");
    await app.countedOnce();
  });

  it("goes to a service that was renamed together with its volume, which is another name for the same folder", async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "slipway-records-")));
    const volume = (name: string): string =>
      `  ${name}: { driver_opts: { type: none, o: bind, device: ${JSON.stringify(folder)} } }\n`;
    await app.change(
      ['    volumes: ["records:/data"]\n', '    volumes: ["first:/data"]\n'],
      ["  records:\n", `  records:\n${volume("first")}`],
    );
    await upAndClean(engine(), "staging");
    await app.change(
      ["  database:\n", "  keeper:\n"],
      ["first:/data", "second:/data"],
      [volume("first"), volume("second")],
    );
    const preview = await succeeds(engine().preview("staging"));
    assert.match(
      preview.text,
      new RegExp(`The folder ${folder} and the port \\d+ go from database to keeper: database is saved `),
    );
    await upAndClean(engine(), "staging");
    await app.countedOnce(app.volume.replace(/records$/, "second"));
    await app.project.git("revert", "--no-edit", "HEAD", "HEAD~1");
    await upAndClean(engine(), "staging");
    await app.goesOn("database");
    await app.countedOnce();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is held by one at every moment when the update is killed, wherever that is, and the next one converges", async () => {
    let name = "database";
    // From before anything is stopped until the new one is well; a kill that comes too late is one of an update that has ended.
    for (const wait of [0, 300, 700, 1200, 2000]) {
      const next = name === "database" ? "db" : "database";
      await app.change([`  ${name}:\n`, `  ${next}:\n`]);
      const { program, args, env } = engine().upCommand("staging");
      const child = spawn(program, args, {
        cwd: app.project.folder,
        env: { ...process.env, ...env },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const ended = once(child, "exit");
      const stopping = new Promise<void>((done) => {
        for (const stream of [child.stdout, child.stderr]) {
          stream.on("data", (text: Buffer) => {
            if (/is stopped, so that/.test(text.toString())) done();
          });
        }
      });
      await Promise.race([stopping, ended]);
      await new Promise((done) => setTimeout(done, wait));
      if (child.exitCode === null) process.kill(-(child.pid ?? 0), "SIGKILL");
      await ended;
      await engine().afterKill("staging");
      await new Promise((done) => setTimeout(done, 12_000));
      const [holder = "none", ...more] = await app.holders();
      assert.deepEqual(more, []);
      await app.goesOn(holder);
      await app.countedOnce();
      console.log(`      killed ${wait} ms after ${name} was stopped: ${holder} holds the records`);
      await upAndClean(engine(), "staging");
      await app.goesOn(next);
      await app.countedOnce();
      name = next;
    }
  });
});
