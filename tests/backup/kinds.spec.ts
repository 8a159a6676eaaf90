import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DataService } from "../../backup/dataServices";
import type { Kind } from "../../backup/kinds/kind";
import { kindOf } from "../../backup/kinds/kinds";

const services: Record<string, DataService> = {
  postgres: { kind: "postgres" },
  redis: { kind: "redis" },
  arangodb: { kind: "arangodb" },
  neo4j: { kind: "neo4j" },
  own: { kind: "own", command: ["my dump", "--all"], restore: "cat >'/data/it'" },
};

/** All scripts of a kind. */
const scriptsOf = ({ save, restore, scratch }: Kind): string[] => [
  save.script,
  restore.script,
  restore.ask ?? "",
  scratch.ready,
];

describe("the scripts of data services", () => {
  for (const [name, service] of Object.entries(services)) {
    it(`are of the shell's language for ${name}`, () => {
      for (const script of scriptsOf(kindOf(service))) {
        const { status, stderr } = spawnSync("sh", ["-n", "-c", script], { encoding: "utf8" });
        assert.equal(status, 0, `${stderr}\n${script}`);
      }
    });
  }

  it("are the compose file's own where it gives them", () => {
    const { save, restore } = kindOf(services["own"] as DataService);
    assert.equal(save.script, "exec 'my dump' --all");
    assert.equal(restore.script, "cat >'/data/it'");
  });
});

/** What a program that stands in for a real one was called with, and what the script printed. */
interface Ran {
  status: number | null;
  stdout: string;
  calls: string;
  stderr: string;
}

/**
 * Runs a script with programs that note their arguments in the place of the real ones.
 *
 * @param programs what each does besides, as a shell script
 */
function ran(script: string, programs: Record<string, string>, env: Record<string, string> = {}): Ran {
  const folder = mkdtempSync(join(tmpdir(), "slipway-kinds-"));
  try {
    const log = join(folder, "calls");
    for (const [program, body] of Object.entries(programs)) {
      writeFileSync(join(folder, program), `#!/bin/sh\necho "${program} $*" >>'${log}'\n${body}\n`);
      chmodSync(join(folder, program), 0o755);
    }
    const { status, stdout, stderr } = spawnSync("sh", ["-c", script], {
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env["PATH"]}`, TMPDIR: folder, ...env },
    });
    return { status, stdout, stderr, calls: existsSync(log) ? readFileSync(log, "utf8") : "" };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const secret = "planted-Kq4";

describe("a password that a script uses", () => {
  it("is in no argument of arangodump, but in a file that only its owner reads", () => {
    const arangodump = `
while [ $# -gt 0 ]; do case $1 in --configuration) conf=$2 ;; --output-directory) out=$2 ;; esac; shift; done
mkdir "$out" && stat -c %a "$conf" >"$out/mode" && cp "$conf" "$out/conf"`;
    const { save } = kindOf({ kind: "arangodb" });
    const { status, calls, stderr } = ran(
      `( ${save.script} ) | tar -xzOf -`,
      { arangodump },
      { ARANGO_ROOT_PASSWORD: secret },
    );
    assert.equal(status, 0, stderr);
    assert.match(calls, /^arangodump --configuration \S+ --all-databases true --include-system-collections true/);
    assert.ok(!calls.includes(secret), calls);
    const { stdout } = ran(`( ${save.script} ) | tar -xzOf -`, { arangodump }, { ARANGO_ROOT_PASSWORD: secret });
    assert.match(stdout, new RegExp(`endpoint = tcp://127.0.0.1:8529\nusername = root\npassword = ${secret}\n`));
    assert.match(stdout, /^600$/m);
  });

  it("is in no argument of pg_dumpall, and comes from a file where the image takes one", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-secret-"));
    writeFileSync(join(folder, "password"), secret);
    const { save } = kindOf({ kind: "postgres" });
    const env = { POSTGRES_USER: "shop", POSTGRES_PASSWORD_FILE: join(folder, "password") };
    const { stdout, calls } = ran(`( ${save.script} ) | gzip -dc`, { pg_dumpall: `echo "$PGUSER $PGPASSWORD"` }, env);
    rmSync(folder, { recursive: true });
    assert.equal(stdout, `shop ${secret}\n`);
    assert.ok(!calls.includes(secret), calls);
  });

  it("is in no argument of redis-cli, and comes from the environment where it is there", () => {
    const cli = `if [ "$REDISCLI_AUTH" = ${secret} ]; then case $1 in ping) echo PONG ;; --rdb) echo data ;; esac; fi`;
    const { save } = kindOf({ kind: "redis" });
    const { status, stdout, calls } = ran(save.script, { "redis-cli": cli }, { REDIS_PASSWORD: secret });
    assert.deepEqual([status, stdout], [0, "data\n"]);
    assert.ok(!calls.includes(secret), calls);
    const refused = ran(save.script, { "redis-cli": cli });
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /its password is neither in REDIS_PASSWORD nor in a file of \/run\/secrets/);
  });
});

describe("a dump that fails", () => {
  it("fails the script, whatever it has printed by then", () => {
    const dumps = { pg_dumpall: "echo half; exit 1" };
    assert.equal(ran(`( ${kindOf({ kind: "postgres" }).save.script} ) >/dev/null`, dumps).status, 91);
    assert.notEqual(ran(kindOf({ kind: "arangodb" }).save.script, { arangodump: "exit 1" }).status, 0);
    const cli = { "redis-cli": "case $1 in ping) echo PONG ;; --rdb) echo half; exit 1 ;; esac" };
    assert.notEqual(ran(kindOf({ kind: "redis" }).save.script, cli).status, 0);
  });
});

describe("Neo4j's files", () => {
  it("are copied while it is held still, and put back while it is stopped", () => {
    const { save, restore } = kindOf({ kind: "neo4j" });
    assert.deepEqual([save.way, restore.way], ["held", "placed"]);
    assert.match(restore.script, /^cd \/data \|\| exit 1\nfind \. -mindepth 1 -delete/);
  });
});
