import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { stringify } from "yaml";
import { release } from "../../docker/holders/releases";
import type { Release, Service } from "../../docker/holders/machine";
import { docker } from "../docker";
import { onEngine, runner } from "../engines";
import { succeeds } from "../expect";
import { freePorts } from "../ports";
import { Project } from "../project";

/** How many sequences are tried; a hundred take more than half an hour. */
const count = Number(process.env["SLIPWAY_SEQUENCES"] ?? 3);
const seed = Number(process.env["SLIPWAY_SEED"] ?? Date.now() % 1_000_000);

/** What befalls an update: it is killed after so many milliseconds, or one of its services never becomes well. */
const fate = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ killedAfter: fc.integer({ min: 1500, max: 9000 }) }) },
  { weight: 1, arbitrary: fc.record({ ill: fc.nat(3) }) },
);

const sequence = fc.array(fc.record({ to: release, fate }), { minLength: 2, maxLength: 2 });

const counting = `trap 'exit 0' TERM
touch /data/counted
count=$$(tail -n 1 /data/counted | cut -d ' ' -f 2)
while :; do
  count=$$(( $\${count:-0} + 1 ))
  echo "$$HOSTNAME $$count" >>/data/counted
  sleep 0.05 & wait $$!
done`;

// The rules themselves are tried on ten thousand sequences (tests/docker/holders); here is the real Engine, with real kills.
onEngine(runner, `sequences of updates that move what is held, from seed ${seed}`, (kind) => {
  let project: Project;
  let ports: number[];
  const subnet = `10.${60 + (process.pid % 100)}.${process.pid % 250}`;

  before(async () => {
    project = await Project.create(kind, "moves", join(__dirname, "..", "fixtures", "small"));
    ports = await freePorts(3);
    await project.stage("staging", { compose: "compose.yaml", registry: await project.sharedRegistry(), watch: 0 });
    await project.logIn("staging");
    const labels = ["--label", `slipway.project=${project.name}`, "--label", "slipway.stage=staging"];
    for (const index of [0, 1, 2]) await docker("volume", "create", ...labels, `${project.name}-staging_v${index}`);
  });
  after(async () => {
    await project?.dispose();
  });

  it(`lose no row that was acknowledged (${count} sequences)`, async function () {
    this.timeout(0);
    const all = fc.sample(sequence, { numRuns: count, seed });
    let rows = 0;
    let kills = 0;
    for (const episodes of all) {
      for (const { to, fate } of episodes) {
        await compose(to, "ill" in fate ? Object.keys(to)[fate.ill % Math.max(1, Object.keys(to).length)] : undefined);
        if ("killedAfter" in fate) kills += Number(await killed(fate.killedAfter));
        else if ("ill" in fate) await project.engine.up("staging");
        else await succeeds(project.engine.up("staging"));
        await countedOnce();
      }
      const last = episodes.at(-1)?.to ?? {};
      await compose(last);
      await succeeds(project.engine.up("staging"));
      rows = await countedOnce();
    }
    console.log(`      ${all.flat().length} updates, ${kills} of them killed; ${rows} rows, each acknowledged once`);
  });

  async function compose(services: Release, ill?: string): Promise<void> {
    const sections = Object.entries(services).map(([name, service]) => [name, section(service, name === ill)]);
    const volumes = [0, 1, 2].map((index) => [`v${index}`, {}]);
    const file = {
      services: { ...Object.fromEntries(sections), idle: { image: "redis:7", entrypoint: ["sleep", "infinity"] } },
      networks: { fixed: { ipam: { config: [{ subnet: `${subnet}.0/24` }] } } },
      volumes: Object.fromEntries(volumes),
    };
    project.write("compose.yaml", stringify(file));
    await project.commit("Move on");
  }

  function section({ volume, port, address, edition }: Service, ill: boolean): unknown {
    return {
      image: "redis:7",
      entrypoint: volume === undefined ? ["sleep", "infinity"] : ["sh", "-c", counting],
      environment: { EDITION: String(edition) },
      stop_grace_period: "2s",
      healthcheck: { test: ["CMD", ill ? "false" : "true"], interval: "1s", retries: 1, timeout: "5s" },
      "x-slipway": { backup: false },
      ...(volume === undefined ? {} : { volumes: [`v${volume}:/data`] }),
      ...(port === undefined ? {} : { ports: [`127.0.0.1:${ports[port]}:80`] }),
      ...(address === undefined ? {} : { networks: { fixed: { ipv4_address: `${subnet}.${10 + address}` } } }),
    };
  }

  /** @returns whether it was killed before it came to its end */
  async function killed(after: number): Promise<boolean> {
    const { program, args, env } = project.engine.upCommand("staging");
    const options = { cwd: project.folder, env: { ...process.env, ...env }, detached: true, stdio: "ignore" } as const;
    const child = spawn(program, args, options);
    const ended = once(child, "exit");
    await Promise.race([ended, pause(after)]);
    const isKilled = child.exitCode === null;
    if (isKilled) process.kill(-(child.pid ?? 0), "SIGKILL");
    await ended;
    return isKilled;
  }

  /** Each number of each volume was given out once, and in turn. Returns how many there are. */
  async function countedOnce(): Promise<number> {
    const mounts = [0, 1, 2].flatMap((index) => ["--volume", `${project.name}-staging_v${index}:/v${index}:ro`]);
    const text = await docker(
      "run",
      "--rm",
      ...mounts,
      "--entrypoint",
      "sh",
      "redis:7",
      "-c",
      "head -c -0 /v*/counted 2>&1 || :",
    );
    let rows = 0;
    let expected = 1;
    for (const line of text.split("\n")) {
      const [, number] = /^[0-9a-f]+ (\d+)$/.exec(line) ?? [];
      if (line.startsWith("==>")) expected = 1;
      if (number === undefined) continue;
      assert.equal(Number(number), expected, `of ${project.name}: ${line} in\n${text.slice(-500)}`);
      expected += 1;
      rows += 1;
    }
    return rows;
  }
});
