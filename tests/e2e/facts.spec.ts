import assert from "node:assert/strict";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { docker } from "./docker";
import type { Outcome } from "./engine";
import { onEngine, pulumi } from "./engines";
import { succeeds } from "./expect";
import { Lab } from "./lab";
import { until } from "./until";

const up = (lab: Lab): Promise<Outcome> => succeeds(lab.engine.up("lab"));

onEngine(pulumi, "what the design takes for granted of the engine", () => {
  let lab: Lab;

  beforeEach(async () => {
    lab = new Lab();
    await lab.open();
  });

  afterEach(async () => {
    await lab.close();
  });

  /** A container that becomes healthy if its program is not `ill`, and a step that follows it. */
  const served = (program: string): string => `
    const app = new docker.Container("app", {
      image: "redis:7", entrypoints: ["sh", "-c"], command: [${JSON.stringify(`: ${program}; exec sleep 600`)}], labels,
      healthcheck: { tests: ["CMD-SHELL", ${JSON.stringify(program === "ill" ? "exit 1" : "exit 0")}], interval: "1s", retries: 1 },
      wait: true, waitTimeout: 10,
    }, { deleteBeforeReplace: false, replaceOnChanges: ["#initerror"] });
    const step = new command.local.Command("step", {
      create: "docker ps --filter label=slipway.project=" + name + " --format '{{.Names}}' | wc -l; date +%s%N",
      environment: { APP: app.name },
    }, { dependsOn: [app] });
    exports.fixed = ${JSON.stringify(program)};`;

  /** Outputs that come from the step. */
  const told = (program: string): string => `
    exports.seen = step.stdout;
    exports.told = step.stdout.apply(() => ${JSON.stringify(program)});`;

  it("starts the new container and all that follows it before the old one ends", async () => {
    lab.program(served("first") + told("first"));
    await up(lab);
    lab.program(served("second") + told("second"));
    await up(lab);
    const { seen } = (await lab.engine.outputs("lab")) as { seen?: string };
    assert.equal(seen?.split("\n")[0]?.trim(), "2", "old and new ran side by side while the step ran");
    const [only, ...more] = await lab.running();
    assert.match(only ?? "", /: second;/);
    assert.deepEqual(more, []);
  });

  it("keeps the old container where the new one does not become healthy, and replaces that one next time", async () => {
    lab.program(served("first") + told("first"));
    await up(lab);
    const before = await lab.engine.outputs("lab");
    lab.program(served("ill") + told("ill"));
    assert.equal((await lab.engine.up("lab")).ok, false);
    assert.deepEqual(
      (await lab.running()).map((text) => /: (\w+);/.exec(text)?.[1]),
      ["first", "ill"],
    );

    // Why what a stage tells of its release is derived from the last step of an update.
    assert.deepEqual(
      await lab.engine.outputs("lab"),
      before,
      "an output that depends on what failed keeps all as they were",
    );
    lab.program(served("ill"));
    assert.equal((await lab.engine.up("lab")).ok, false);
    assert.equal(
      ((await lab.engine.outputs("lab")) as Record<string, string>)["fixed"],
      "ill",
      "without one they are published",
    );
    assert.deepEqual(
      (await lab.running()).map((text) => /: (\w+);/.exec(text)?.[1]),
      ["first", "ill", "ill"],
    );

    lab.program(served("third") + told("third"));
    await up(lab);
    assert.deepEqual(
      (await lab.running()).map((text) => /: (\w+);/.exec(text)?.[1]),
      ["third"],
    );
  });

  it("ends its wait for a container's health when that is taken away, and makes another one next time", async () => {
    lab.program(served("first"));
    await up(lab);
    const [first] = await lab.running();
    lab.program(served("ill").replace("waitTimeout: 10", "waitTimeout: 300"));
    const update = lab.engine.up("lab");
    await until(async () => (await lab.running()).length === 2, 60, "no new container");
    const ids = await docker("ps", "--quiet", "--filter", `label=slipway.project=${lab.name}`);
    await docker("rm", "--force", ids.split("\n")[0] ?? "");
    const { ok, text } = await update;
    assert.ok(!ok && /No such container/.test(text), text);
    assert.deepEqual(await lab.running(), [first], "the old one runs on");
    lab.program(served("third"));
    await up(lab);
    assert.deepEqual(
      (await lab.running()).map((text) => /: (\w+);/.exec(text)?.[1]),
      ["third"],
    );
  });

  it("calls a hook before it makes what is stopped first, when the old one is gone, and not where nothing changes", async () => {
    const program = (version: string, fails = false): string => `
      const { execSync } = require("node:child_process");
      const hook = new pulumi.ResourceHook("clears", () => {
        const there = execSync("docker ps --all --quiet --filter label=slipway.project=" + name).toString().split("\\n").filter(Boolean);
        require("node:fs").appendFileSync(${JSON.stringify(join(lab.folder, "called"))}, there.length + "\\n");
        if (${fails}) throw new Error("not now");
      });
      new docker.Container("app", { image: "redis:7", envs: ["VERSION=${version}"], labels, destroyGraceSeconds: 2 },
        { deleteBeforeReplace: true, hooks: { beforeCreate: [hook] } });`;
    const called = (): string[] => readFileSync(join(lab.folder, "called"), "utf8").trim().split("\n");
    lab.program(program("first"));
    await succeeds(lab.engine.preview("lab"));
    await up(lab);
    await up(lab);
    assert.deepEqual(called(), ["0"], "once, and neither in the preview nor where nothing changed");
    lab.program(program("second"));
    await up(lab);
    assert.deepEqual(called(), ["0", "0"], "the old one was gone");
    lab.program(program("third", true));
    const failed = await lab.engine.up("lab");
    assert.equal(failed.ok, false);
    assert.match(failed.text, /before hook "clears" failed: not now/);
    assert.deepEqual(await lab.running(), [], "nothing was made beside what the hook could not clear");
  });

  it("calls a hook before it makes what takes another's place, with its labels, while the old one is there and can be stopped", async () => {
    const program = (version: string, health: string): string => `
      const { execSync } = require("node:child_process");
      const hook = new pulumi.ResourceHook("yields", ({ newInputs }) => {
        const [{ label, value }] = newInputs.labels;
        const there = execSync("docker ps --quiet --filter label=" + label + "=" + value).toString().split("\\n").filter(Boolean);
        require("node:fs").appendFileSync(${JSON.stringify(join(lab.folder, "called"))}, there.length + "\\n");
        if (there.length > 0) execSync("docker stop " + there.join(" "));
      });
      new docker.Container("app", { image: "redis:7", envs: ["VERSION=${version}"], labels, destroyGraceSeconds: 2,
        healthcheck: { tests: ["CMD-SHELL", "${health}"], interval: "1s", retries: 1 }, wait: true, waitTimeout: 10 },
        { deleteBeforeReplace: false, replaceOnChanges: ["#initerror"], hooks: { beforeCreate: [hook] } });`;
    const called = (): string[] => readFileSync(join(lab.folder, "called"), "utf8").trim().split("\n");
    const stopped = async (): Promise<number> =>
      (await docker("ps", "--quiet", "--filter", "status=exited", "--filter", `label=slipway.project=${lab.name}`))
        .split("\n")
        .filter(Boolean).length;
    lab.program(program("first", "exit 0"));
    await up(lab);
    lab.program(program("second", "exit 0"));
    await up(lab);
    assert.deepEqual(called(), ["0", "1"], "the old one ran when the hook was called");
    assert.deepEqual([(await lab.running()).length, await stopped()], [1, 0], "the old one was stopped, then deleted");
    lab.program(program("third", "exit 1"));
    assert.equal((await lab.engine.up("lab")).ok, false);
    assert.deepEqual(
      [(await lab.running()).length, await stopped()],
      [1, 1],
      "the old one is still there, to be started again",
    );
    lab.program(program("fourth", "exit 0"));
    await up(lab);
    assert.deepEqual([(await lab.running()).length, await stopped()], [1, 0], "all that was replaced is gone");
  });

  it("stops what mounts a volume before the volume's successor comes, where the program does not say otherwise", async () => {
    const program = (version: string, option = "", more = ""): string => `
      const volume = new docker.Volume("files", { name: name + "-${version}", labels }, { ${option} retainOnDelete: true });
      new docker.Container("app", { image: "redis:7", labels, destroyGraceSeconds: 2,
        mounts: [{ type: "volume", source: volume.name, target: "/files" }] }, { ${more} deleteBeforeReplace: false });`;
    const order = ({ text }: Outcome): string[] =>
      [...text.matchAll(/Container app (deleted original|created replacement|updated)/g)].map(([, what = ""]) => what);
    lab.program(program("first"));
    await up(lab);
    lab.program(program("second"));
    assert.deepEqual(order(await up(lab)), ["deleted original", "created replacement"]);
    const beside = "deleteBeforeReplace: false,";
    lab.program(program("third", beside));
    assert.deepEqual(order(await up(lab)), ["updated"], "the container goes on with the second volume");
    lab.program(program("fourth", beside, "replaceOnChanges: ['mounts'],"));
    assert.deepEqual(order(await up(lab)), ["created replacement", "deleted original"]);
  });

  it("keeps a volume through destroy, and finds it again with its data", async () => {
    lab.program(
      'new docker.Volume("data", { name: name + "-data", labels }, { retainOnDelete: true, ignoreChanges: ["labels"] });',
    );
    await up(lab);
    const mount = ["--rm", "--volume", `${lab.name}-data:/data`, "--entrypoint", "sh", "redis:7", "-c"];
    await docker("run", ...mount, "echo kept > /data/file");
    await succeeds(lab.engine.destroy("lab"));
    assert.equal(await docker("run", ...mount, "cat /data/file"), "kept");
    await up(lab);
    assert.equal(await docker("run", ...mount, "cat /data/file"), "kept");
  });

  it("runs a command again in place when its input or environment changed, and knows its result only then", async () => {
    const program = (input: string, variable: string): string => `
      const step = new command.local.Command("step", {
        create: "echo ran >> ${join(lab.folder, "runs")}; cat; echo $VARIABLE", delete: "echo deleted >> ${join(lab.folder, "runs")}",
        stdin: "${input} ", environment: { VARIABLE: "${variable}" },
      });
      exports.result = step.stdout;`;
    const result = async (): Promise<unknown> => ((await lab.engine.outputs("lab")) as { result?: string }).result;
    const runs = (): string[] => readFileSync(join(lab.folder, "runs"), "utf8").trim().split("\n");
    lab.program(program("one", "a"));
    await up(lab);
    assert.equal(await result(), "one a");
    lab.program(program("two", "a"));
    const preview = await succeeds(lab.engine.preview("lab"));
    assert.deepEqual(
      preview.changes.map(({ kind, name }) => `${kind} ${name}`),
      ["update step"],
    );
    assert.notEqual((preview.outputs as { result?: string }).result, "one a", "the old result is no forecast");
    await up(lab);
    assert.equal(await result(), "two a");
    lab.program(program("two", "b"));
    await up(lab);
    assert.equal(await result(), "two b");
    await up(lab);
    assert.deepEqual(runs(), ["ran", "ran", "ran"]);
    rmSync(join(lab.folder, "runs"));
  });

  it("keeps secret inputs out of its state in clear text, and a command's result in it", async () => {
    lab.program(`
      new command.local.Command("step", { create: "cat > /dev/null; echo told-$((40 + 2))", stdin: pulumi.secret("hidden-" + 42), logging: "none" });
      new docker.Container("app", {
        image: "redis:7", start: false, mustRun: false, labels,
        envs: [pulumi.secret("A=hidden-" + 42)], uploads: [{ file: "/secret", content: pulumi.secret("hidden-" + 42) }],
      });`);
    await up(lab);
    const folder = lab.engine.stateFolder;
    const files = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const state = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8")).join("\n");
    assert.doesNotMatch(state, /hidden-42/);
    assert.match(state, /told-42/);
    assert.ok(lab.engine.transcript.every(({ text }) => !text.includes("hidden-42")));
  });
});
