import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Machine, root } from "./steps";

const steps = ["json", "machine", "pulumi", "state", "passphrase", "stages", "engines/pulumi"];

describe("the set-up's Pulumi CLI", () => {
  it("takes the one on PATH", () => {
    const machine = new Machine();
    machine.program("pulumi", "echo v3.1.2");
    const { status, text } = machine.run("ensure_pulumi", { steps });
    assert.equal(status, 0);
    assert.match(text, /✓ Pulumi CLI v3\.1\.2/);
  });

  it("fetches one through npm's package into the state folder, and tells later shells where it is", () => {
    const machine = fetching(
      'mkdir -p "$bin" && printf "#!%s\\necho v9\\n" "$(command -v bash)" >"$bin/pulumi" && chmod +x "$bin/pulumi"',
    );
    const { status, text } = machine.run("ensure_pulumi && choose_state && ensure_pulumi", { steps });
    assert.equal(status, 0, text);
    assert.match(text, /✓ fetched the Pulumi CLI v9 \(.*\.pulumi-state\/cli\/versions\/[0-9.]+\/bin\/pulumi\)/);
    assert.match(
      readFileSync(join(machine.project, ".pulumi-state", "env"), "utf8"),
      /^export PATH=.*\.pulumi-state\/cli\/.*:"\$PATH"$/m,
    );
  });

  it("says what could not be had, from where, and how to go on", () => {
    const { status, text } = fetching("echo 'pulumi: fetch failed' >&2; exit 1").run("ensure_pulumi", { steps });
    assert.equal(status, 1);
    assert.match(text, /\| pulumi: fetch failed/);
    assert.match(text, /✗ no Pulumi CLI is on PATH, and it could not be fetched/);
    assert.match(text, /https:\/\/get\.pulumi\.com/);
    assert.match(text, /https:\/\/www\.pulumi\.com\/docs\/install\//);
  });
});

describe("the set-up's provider plugins", () => {
  const machine = new Machine();
  copyFileSync(join(root, "package.json"), join(machine.project, "package.json"));

  it("are those of the packages that the program uses, and can be named before packages are installed", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    const manifest = (name: string): { pulumi?: { resource?: boolean; name: string; version: string } } =>
      JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8"));
    const said = Object.keys(dependencies).flatMap((name) => {
      const { pulumi } = manifest(name);
      return pulumi?.resource ? [`${pulumi.name} ${pulumi.version}`] : [];
    });
    assert.deepEqual(machine.run("plugins_in_use", { steps }).text.trim().split("\n"), said);
  });

  it("are named with the way to have one that cannot be fetched", () => {
    machine.program("pulumi", "exit 1");
    const { status, text } = machine.run("ensure_plugins", { steps });
    assert.equal(status, 1);
    assert.match(text, /✗ Pulumi's provider plugin command 1\.2\.1 could not be fetched/);
    assert.match(text, /pulumi plugin install resource command 1\.2\.1 --file FILE/);
  });
});

describe("the set-up's state", () => {
  it("goes to the project, with a passphrase for its owner only, the same at the next run", () => {
    const machine = loggedOut();
    const file = join(machine.project, ".pulumi-state", "passphrase");
    const line = 'choose_state && echo "backend $PULUMI_BACKEND_URL"';
    assert.match(
      machine.run(line, { steps }).text,
      new RegExp(`backend file://${machine.project}/.pulumi-state$`, "m"),
    );
    const passphrase = readFileSync(file, "utf8");
    assert.match(passphrase, /^[0-9a-f]{48}$/);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(machine.run(line, { steps }).status, 0);
    assert.equal(readFileSync(file, "utf8"), passphrase);
  });

  it("stays where the user has it", () => {
    const machine = loggedOut();
    const env = { PULUMI_BACKEND_URL: "s3://ada:secret@bucket", PULUMI_CONFIG_PASSPHRASE: "mine" };
    const { status, text } = machine.run("choose_state && ! needs_env", { steps, env });
    assert.equal(status, 0, text);
    assert.match(text, /state: s3:\/\/…@bucket, by PULUMI_BACKEND_URL/);
  });

  it("stays where Pulumi is logged in, without a passphrase where a service keeps the secrets", () => {
    const machine = new Machine();
    machine.program(
      "pulumi",
      `case "$*" in *--json*) echo '{"user":"ada","url":"https://app.pulumi.com/ada"}' ;; *) echo ada ;; esac`,
    );
    const { status, text } = machine.run('choose_state && ! needs_env && [ -z "${PULUMI_BACKEND_URL:-}" ]', { steps });
    assert.equal(status, 0, text);
    assert.match(text, /logged in already, as ada/);
    assert.doesNotMatch(text, /passphrase/);
  });

  it("has a passphrase with such a service too, where settings were encrypted with one before", () => {
    const machine = new Machine();
    machine.program(
      "pulumi",
      `case "$*" in *--json*) echo '{"user":"ada","url":"https://app.pulumi.com/ada"}' ;; *) echo ada ;; esac`,
    );
    writeFileSync(join(machine.project, "Pulumi.staging.yaml"), "encryptionsalt: v1:abc\n");
    assert.match(machine.run("choose_state", { steps }).text, /✓ passphrase: a random one/);
    assert.ok(existsSync(join(machine.project, ".pulumi-state", "passphrase")));
  });

  it("is read back by a shell that sources what was written", () => {
    const machine = loggedOut();
    const { text } = machine.run(
      'choose_state && unset PULUMI_BACKEND_URL && source "$state/env" && echo "again $PULUMI_BACKEND_URL"',
      {
        steps,
      },
    );
    assert.match(text, /^again file:\/\//m);
  });
});

function loggedOut(): Machine {
  const machine = new Machine();
  machine.program("pulumi", "echo 'error: not logged in' >&2; exit 1");
  return machine;
}

/** A machine without a Pulumi CLI, whose npx does as told; `$bin` is where the package puts the CLI. */
function fetching(npx: string): Machine {
  const machine = new Machine();
  machine.program("curl", "");
  machine.program("tar", "");
  machine.program("npx", `bin=$PULUMI_HOME/versions/$PULUMI_VERSION/bin\n${npx}`);
  return machine;
}
