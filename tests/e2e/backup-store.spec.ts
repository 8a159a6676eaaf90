import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { backupIdentity, recipientOf } from "../../backup/age/keys";
import type { DataService } from "../../backup/dataServices";
import type { BackupPlan } from "../../backup/plan";
import { backup } from "../../steps/backup";
import { stageContainers, trouble } from "../../backup/containers";
import { restore } from "../../backup/restore";
import { discard, restoreInto } from "../../backup/scratch";
import { Store } from "../../backup/store";
import { Engine } from "../../docker/engine";
import { docker, sweep } from "./docker";

/** A stage of a few containers that no engine declared: what a backup does on the machine, and nothing else. */
describe("a backup on the machine", () => {
  let stage: { project: string; stage: string };
  let said: string[];
  const here = Engine.here(process.env);
  const say = (line: string): unknown => said.push(line);
  const volume = (): string => `${stage.project}-production-backups`;

  beforeEach(() => {
    stage = { project: `store-${randomBytes(3).toString("hex")}`, stage: "production" };
    said = [];
  });

  afterEach(async () => {
    await sweep(stage.project);
  });

  /** Starts a container of a service, and waits until it is well. */
  async function start(service: string, image: string, ...rest: string[]): Promise<string> {
    const labels = Object.entries({ ...stage, service }).flatMap(([key, value]) => [
      "--label",
      `slipway.${key}=${value}`,
    ]);
    // A label alone makes no container the stage's: its name is one that the stage gives.
    const name = `--name=${stage.project}-${stage.stage}-${service}-${randomBytes(3).toString("hex")}`;
    const id = await docker("run", "--detach", name, ...labels, ...rest.filter((word) => word.startsWith("-")), image);
    const [container] = (await stageContainers(here, stage)).filter((found) => found.id === id);
    assert.ok(container);
    assert.equal(await trouble(here, container), undefined);
    return id;
  }

  function plan(id: string, services: Record<string, DataService>, more: Partial<BackupPlan> = {}): BackupPlan {
    const last = { at: "2026-01-01T00:00:00.000Z" };
    return {
      ...stage,
      due: true,
      id,
      from: "v1",
      to: "v2",
      services,
      keep: 10,
      days: 30,
      recipients: [],
      last,
      ...more,
    };
  }

  async function open<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await Store.open(here, stage, (await stageContainers(here, stage))[0]?.imageId ?? "redis:7");
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  const many: DataService = { kind: "own", command: "head -c 4000000 /dev/zero", restore: "cat >/dev/null" };
  const few: DataService = { kind: "own", command: "echo few", restore: "cat >/data/few" };

  it("fails on a disk that is full, saying how much is free, and leaves no backup", async () => {
    await docker(
      ...["volume", "create", "--label", `slipway.project=${stage.project}`, "--driver", "local"],
      ...["--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=1m", volume()],
    );
    await start("files", "redis:7");
    const reason = await backup(plan("b1", { files: many }), say, here).then(
      () => "none",
      (error: Error) => error.message,
    );
    console.log(`      ${reason.split("\n").join("\n      ")}`);
    assert.match(reason, /^There is no backup before v2, so nothing was changed\. The data of files cannot be kept\. /);
    assert.match(reason, /\d kB are free where backups are kept|MB are free where backups are kept/);
    assert.match(reason, /only \d+ bytes could be kept/);
  });

  it("takes the place of one that was killed before its container began", async () => {
    await start("files", "redis:7");
    const labels = Object.entries(stage).flatMap(([key, value]) => ["--label", `slipway.${key}=${value}`]);
    await docker("create", "--name", `${stage.project}-production-backup`, ...labels, "redis:7");
    await backup(plan("b1", { files: few }), say, here);
    assert.deepEqual(await open(async (store) => (await store.list()).map(({ id }) => id)), ["b1"]);
  });

  it("is encrypted where its stage has a key, and not restored where what lies there was altered", async () => {
    const identity = backupIdentity(stage.project);
    const recipient = recipientOf(identity);
    const id = await start("files", "redis:7");
    await docker("exec", id, "sh", "-c", "echo before >/data/few");
    const files: DataService = { kind: "own", command: "cat /data/few", restore: "cat >/data/few" };
    await backup(plan("b1", { files }, { recipient }), say, here);
    assert.match(
      said.join("\n"),
      /only the state of production has the key: keep a copy elsewhere, as slipway backups --key/,
    );
    await docker("exec", id, "sh", "-c", "echo after >/data/few");
    await open(async (store) => {
      const [saved = assert.fail()] = await store.list();
      assert.deepEqual([saved.version, saved.recipient, saved.services["files"]?.age], [2, recipient, [recipient]]);
      await store.opens(saved, ["files"], [identity]);
      await restore(here, store, saved, ["files"], await stageContainers(here, stage), say, [identity]);
      assert.equal(await docker("exec", id, "cat", "/data/few"), "before");
      const at = `/backups/b1/${saved.services["files"]?.file}`;
      await docker(
        "exec",
        `${stage.project}-production-backup`,
        "sh",
        "-c",
        `head -c 190 ${at} >/tmp/cut; cat /tmp/cut >${at}`,
      );
      await assert.rejects(
        store.opens(saved, ["files"], [identity]),
        /The backup b1 of files cannot be read: The backup's file cannot be decrypted: it (was altered|ends)/,
      );
      await assert.rejects(
        restore(here, store, saved, ["files"], await stageContainers(here, stage), say, [identity]),
        /The data of files are not restored: The backup's file cannot be decrypted/,
      );
    });
  });

  it("lies in clear, and says so, where its stage has no key yet", async () => {
    await start("files", "redis:7");
    await backup(plan("b1", { files: few }), say, here);
    assert.match(said.join("\n"), /it lies in clear: no key is known that backups of production are encrypted for/);
    await open(async (store) => assert.equal((await store.list())[0]?.version, 1));
  });

  it("is at work once at a time", async () => {
    await start("files", "redis:7");
    await open(async () => {
      await assert.rejects(
        backup(plan("b1", { files: few }), say, here),
        /Another backup or restore of the stage production is at work: wait for it\./,
      );
    });
    assert.deepEqual(await backup(plan("b1", { files: few }), say, here), { id: "b1" });
  });

  it("is taken over where a killed update has left no container, or one that never came up", async () => {
    const id = await start("files", "redis:7");
    await start("web", "redis:7");
    await backup(plan("b1", { files: few }), say, here);
    await docker("rm", "--force", id);
    assert.deepEqual(await backup(plan("b2", { files: few }), say, here), { id: "b2" });
    assert.match(said.join("\n"), /taking files over from b1, of this change when it was interrupted/);
    await open(async (store) => {
      const backups = await store.list();
      assert.deepEqual(
        backups.map(({ id }) => id),
        ["b1", "b2"],
      );
      for (const each of backups) await store.verify(each, ["files"]);
      // Two names for one file: b1 may go.
      await store.remove(["b1"]);
      await store.verify(backups[1] ?? assert.fail(), ["files"]);
    });
  });

  it("does not count without its manifest, and is taken away by the next one", async () => {
    await start("files", "redis:7");
    await open((store) => store.begin("b0"));
    await backup(plan("b1", { files: few }), say, here);
    await open(async (store) => {
      assert.deepEqual(
        (await store.list()).map(({ id }) => id),
        ["b1"],
      );
      await store.begin("b0");
    });
  });

  it("saves nothing where nothing has a container", async () => {
    assert.deepEqual(await backup(plan("b1", { files: few }), say, here), { id: null });
  });

  it("holds a container still whose files it copies, and lets it go on", async () => {
    // Redis in the place of Neo4j, whose image cannot be had here: the files on its volume are what counts.
    const id = await start("graph", "redis:7");
    await docker("exec", id, "sh", "-c", "echo before >/data/node");
    const graph: DataService = { kind: "neo4j" };
    await backup(plan("b1", { graph }), say, here);
    assert.equal(await docker("inspect", "--format", "{{.State.Status}}", id), "running");
    await docker("exec", id, "sh", "-c", "echo after >/data/node; echo new >/data/other");
    await open(async (store) => {
      const [saved] = await store.list();
      await restore(here, store, saved ?? assert.fail(), ["graph"], await stageContainers(here, stage), say);
    });
    assert.equal(await docker("exec", id, "sh", "-c", "cat /data/node; ls /data"), "before\nnode");
  });

  it("of PostgreSQL holds all databases and roles, and meets no clean cluster when it is restored", async () => {
    const id = await start("db", "postgres:16", "--env=POSTGRES_USER=the boss", "--env=POSTGRES_PASSWORD=p");
    const sql = (...commands: string[]): Promise<string> => sqlAs("the boss", id, ...commands);
    await answers(id);
    await sql(
      `CREATE ROLE "o'brien" LOGIN PASSWORD 'x'`,
      `CREATE DATABASE second OWNER "o'brien"`,
      `CREATE TABLE odd (line text)`,
      // What could be taken for the dump's own lines.
      `INSERT INTO odd VALUES (E'CREATE ROLE "the boss";'), (E'\\\\connect second'), (E'a\\tb\\nc')`,
    );
    const before = await sql("TABLE odd");
    await backup(plan("b1", { db: { kind: "postgres" } }), say, here);
    await sql(`DROP TABLE odd`, `DROP DATABASE second`, `CREATE DATABASE third`, `CREATE ROLE stranger`);
    await open(async (store) => {
      const [saved] = await store.list();
      await restore(here, store, saved ?? assert.fail(), ["db"], await stageContainers(here, stage), say);
      const scratch = await restoreInto(here, store, stage, saved ?? assert.fail(), "db", say);
      assert.equal(await sqlAs("slipway_scratch", scratch, '\\connect "the boss"', "TABLE odd"), before);
      await discard(here, scratch);
    });
    assert.equal(await sql("TABLE odd"), before);
    const names = await sql(
      "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database",
      "SELECT string_agg(rolname, ' ' ORDER BY rolname) FROM pg_roles WHERE rolname NOT LIKE 'pg!_%' ESCAPE '!'",
      "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'second'",
    );
    assert.equal(names, "postgres second template0 template1 the boss\no'brien the boss\no'brien");
  });
});

async function sqlAs(user: string, container: string, ...commands: string[]): Promise<string> {
  const database = user === "slipway_scratch" ? "postgres" : user;
  const given = commands.flatMap((command) => ["-c", command]);
  return docker("exec", container, "psql", "-XAtq", "-U", user, "-d", database, ...given);
}

async function answers(container: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const ready = await docker("exec", container, "pg_isready", "-h", "127.0.0.1").catch(() => undefined);
    if (ready) {
      return;
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error("PostgreSQL does not answer.");
}
