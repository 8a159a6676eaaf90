import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Machine, root, type Ended } from "./steps";

const steps = ["json", "machine", "pulumi", "engine", "state", "passphrase", "stages", "updates"];

describe("the set-up's engine", () => {
  describe("where nothing is up", () => {
    it("is Pulumi where its CLI and plugins are here", () => {
      const { status, text } = choice(withPulumi(machine()));
      assert.equal(status, 0, text);
      assert.equal(
        firstLine(text),
        "Pulumi's engine is at work. For Slipway's embedded runner nothing is to be installed: ./setup/demo --engine runner",
      );
    });

    it("is Pulumi where its CLI can be fetched", () => {
      const { text } = choice(
        withNpx(
          machine(),
          'mkdir -p "$bin" && printf "#!%s\\necho v9\\n" "$(command -v bash)" >"$bin/pulumi" && chmod +x "$bin/pulumi"',
        ),
      );
      assert.match(firstLine(text), /^Pulumi's engine is at work\./);
      assert.match(text, /^engine=pulumi cli=v9$/m);
    });

    it("is the runner where the CLI can be had nowhere, and the first line says what to install", () => {
      const { status, text } = choice(withNpx(machine(), "exit 1"));
      assert.equal(status, 0, text);
      assert.equal(
        firstLine(text),
        "Slipway's embedded runner is at work: no Pulumi CLI is on PATH, and it could not be fetched. " +
          "For Pulumi's engine install its CLI: https://www.pulumi.com/docs/install/",
      );
    });

    it("is the runner where the fetching does not come to its end", () => {
      const slow = withNpx(machine(), "exec sleep 30");
      slow.link("timeout");
      const began = Date.now();
      const { text } = slow.run(`give_up_at=$((SECONDS + 1)); ensure_pulumi || echo "stopped: $stopped_by"`, { steps });
      assert.match(text, /^stopped: no Pulumi CLI is on PATH, and it could not be fetched$/m);
      assert.ok(Date.now() - began < 20_000);
    });

    it("is the runner where a plugin cannot be had", () => {
      const here = machine();
      here.program("pulumi", "case $1 in plugin) exit 1 ;; *) echo v3 ;; esac");
      assert.match(
        firstLine(choice(here).text),
        /^Slipway's embedded runner is at work: Pulumi's provider plugin command .* could not be fetched\. Pulumi is here too/,
      );
    });

    it("is the one that is asked for", () => {
      assert.match(choice(withPulumi(machine()), "runner").text, /embedded runner is at work: --engine says so\./);
      assert.match(choice(machine(), "pulumi").text, /^engine=pulumi cli=none$/m);
    });

    it("fetches nothing to take nothing down", () => {
      const here = withNpx(machine(), 'echo fetched >"$HOME/fetched"');
      const { status, text } = choice(here, "", "yes");
      assert.equal(status, 0, text);
      assert.match(text, /^engine=runner/m);
      assert.ok(!existsSync(join(here.project, "fetched")));
    });
  });

  describe("where the runner has the stages up", () => {
    it("is the runner, and a CLI that is here now is told with the way to move on", () => {
      const { status, text } = choice(runnerHas(withPulumi(machine()), 1));
      assert.equal(status, 0, text);
      assert.match(
        firstLine(text),
        /^Slipway's embedded runner is at work: it has the stages up\. Pulumi is here too \(.*\/pulumi\); to move on to it: \.\/setup\/demo --down, then \.\/setup\/demo --engine pulumi; data and releases stay$/,
      );
    });

    it("is not asked to give way to Pulumi before they are down", () => {
      const { status, text } = choice(runnerHas(withPulumi(machine()), 1), "pulumi");
      assert.equal(status, 1);
      assert.match(text, /✗ the stages are up with Slipway's embedded runner, and --engine asks for Pulumi's engine/);
      assert.match(text, /\.\/setup\/demo --down, then \.\/setup\/demo --engine pulumi/);
    });

    it("is the runner that takes them down, and fetches nothing for that", () => {
      const { text } = choice(runnerHas(withNpx(machine(), "echo fetching; exit 1"), 1), "", "yes");
      assert.match(text, /^engine=runner/m);
      assert.doesNotMatch(text, /fetch/);
    });

    it("is Pulumi once they are down", () => {
      assert.match(choice(runnerHas(withPulumi(machine()), 0)).text, /^engine=pulumi/m);
    });

    it("finds them where SLIPWAY_RUNNER_STATE says", () => {
      const here = withPulumi(machine());
      runnerHas(here, 1, "elsewhere");
      assert.match(choice(here, "", "no", { SLIPWAY_RUNNER_STATE: "elsewhere" }).text, /^engine=runner/m);
    });
  });

  describe("where Pulumi has the stages up", () => {
    const up = (here: Machine): Machine => {
      here.program("docker", "case $1 in ps) echo 0123456789ab ;; esac");
      return here;
    };

    it("is Pulumi", () => {
      assert.match(choice(up(withPulumi(machine())), "", "yes").text, /^engine=pulumi/m);
    });

    it("is not the runner, without a CLI or by --engine, and says how to go on", () => {
      const without = choice(up(withNpx(machine(), "exit 1")));
      assert.equal(without.status, 1);
      assert.match(
        without.text,
        /✗ the stages are up with Pulumi's engine, or from another clone, and Pulumi is not to be had now: no/,
      );
      const asked = choice(up(withPulumi(machine())), "runner");
      assert.equal(asked.status, 1);
      assert.match(asked.text, /\.\/setup\/demo --down, then \.\/setup\/demo --engine runner/);
    });
  });
});

describe("the set-up with either engine", () => {
  for (const [engine, command] of Object.entries({ runner: "npx slipway-runner", pulumi: "pulumi" })) {
    /** A machine on which the engine says what it is asked, and a line of bash with it. */
    const run = (line: string, answer = ""): Ended => {
      const here = machine();
      const body = `echo "asked: $*" >&2\n${answer}`;
      if (engine === "pulumi") here.program("pulumi", body);
      const replace = engine === "runner" ? `runner() (\n${body}\n)\n` : "";
      return here.run(`${replace}${line}`, { steps: [...steps, `engines/${engine}`] });
    };

    it(`has all that the steps ask of an engine (${engine})`, () => {
      const text = readFileSync(join(root, "setup", "steps", "engine.sh"), "utf8");
      const asked = [...text.matchAll(/^# {3}([a-z_]+)(?: STAGE[A-Z ]*)?(?:, ([a-z_]+))?/gm)]
        .flatMap(([, ...names]) => names.filter(Boolean))
        .filter((name) => name !== "tool" && name !== "config_set");
      assert.ok(asked.length >= 10, asked.join());
      const line = `: "$tool" "$config_set"; for name in ${asked.join(" ")}; do declare -F "$name" >/dev/null || echo "lacks $name"; done`;
      assert.deepEqual(run(line), { status: 0, text: "" });
    });

    it(`gives a secret on standard input, never as an argument (${engine})`, () => {
      const { text } = run("set_secret staging env.DB_PASSWORD <<<hunter2", 'read -r given; echo "given: $given"');
      assert.match(text, /^asked: config set .*slipway:env\.DB_PASSWORD/m);
      assert.match(text, /^given: hunter2$/m);
      assert.doesNotMatch(text, /asked: .*hunter2/);
    });

    it(`says with which command an update failed (${engine})`, () => {
      const { status, text } = run("ready_to_update() { :; }; bring_up staging 'build'", "exit 1");
      assert.equal(status, 1);
      assert.match(text, new RegExp(`✗ ${command} up -s staging failed`));
    });

    it(`names five commands of every day (${engine})`, () => {
      const lines = run("daily_commands").text.split("\n").slice(0, 5);
      assert.ok(lines.every((each) => each.startsWith(`${command} `)));
    });
  }

  it("keeps the passphrase when one engine follows the other", () => {
    const here = machine();
    here.program("pulumi", "exit 1");
    const of = (engine: string, prepare: string): string => {
      const line = `${prepare} >/dev/null && cat "$PULUMI_CONFIG_PASSPHRASE_FILE"`;
      const { status, text } = here.run(line, { steps: [...steps, `engines/${engine}`] });
      assert.equal(status, 0, text);
      return text;
    };
    const passphrase = of("runner", "prepare_engine");
    assert.match(passphrase, /^[0-9a-f]{48}$/);
    assert.equal(of("pulumi", "choose_state"), passphrase);
  });
});

/** A machine with the project and neither Docker nor Pulumi. */
function machine(): Machine {
  const here = new Machine();
  copyFileSync(join(root, "package.json"), join(here.project, "package.json"));
  writeFileSync(join(here.project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  return here;
}

function withPulumi(here: Machine): Machine {
  here.program("pulumi", "echo v3");
  return here;
}

/** Has an npx that does as told; `$bin` is where the package puts the CLI. */
function withNpx(here: Machine, npx: string): Machine {
  here.program("curl", "");
  here.program("tar", "");
  here.program("npx", `bin=$PULUMI_HOME/versions/$PULUMI_VERSION/bin\n${npx}`);
  return here;
}

/** Has a runner that knows so many resources of staging. */
function runnerHas(here: Machine, resources: number, folder = ".slipway-runner"): Machine {
  mkdirSync(join(here.project, folder, "shop"), { recursive: true });
  const state = { version: 1, resources: Array.from({ length: resources }, () => ({ urn: "urn" })) };
  writeFileSync(join(here.project, folder, "shop", "staging.json"), JSON.stringify(state));
  return here;
}

/** What the set-up chooses on a machine, and the first line that it says. */
function choice(here: Machine, asked = "", down = "no", env: Record<string, string> = {}): Ended {
  const line = `choose_engine "${asked}" ${down}; introduce_engine; echo "engine=$engine cli=$(pulumi version 2>/dev/null || echo none)"`;
  return here.run(line, { steps, env });
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}
