import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { RunningUpdate } from "../crash/running";
import { demoSettings } from "../demoSettings";
import { onEngine, pulumi } from "../engines";
import { inOrder, succeeds, touched, upAndClean } from "../expect";
import { Project } from "../project";
import type { PulumiCli } from "../pulumi";
import { root } from "../requirements";
import { must, run } from "../run";
import { placesOfUpdates, ProcessWatch } from "../secrets";
import { Machine } from "./machine";

type Stage = "staging" | "production";

const port = 8080;

const sea = randomBytes(400_000).toString("hex");
const sum = (content: string): string => createHash("sha256").update(content).digest("hex");
const picturesWith = (caption: string): Record<string, string> => ({
  "caption.txt": sum(`${caption}\n`),
  "sea.bmp": sum(sea),
});

onEngine(pulumi, "the demo on two machines over SSH", (kind) => {
  inOrder();

  const machines = {} as Record<Stage, Machine>;
  let project: Project;
  let watch: ProcessWatch;
  const planted: Record<string, string> = {};
  /** The releases in the order in which they were made. */
  const made: string[] = [];

  const page = async (stage: Stage): Promise<string> =>
    (await fetch(`http://${await machines[stage].address()}:${port}/`, { signal: AbortSignal.timeout(10_000) })).text();
  const count = async (stage: Stage): Promise<number | undefined> => {
    const answer = await fetch(`http://${await machines[stage].address()}:${port}/api/counter`);
    return ((await answer.json()) as { count?: number }).count;
  };
  /** What the page's container has at the place of the mounted folder. */
  const pictures = async (stage: Stage): Promise<Record<string, string>> => {
    const { web = "none" } = await machines[stage].services(stage);
    const shown = "cd /srv/pictures && sha256sum *";
    const { stdout, stderr } = await machines[stage].docker("exec", web, "sh", "-c", shown);
    assert.equal(stderr, "");
    const sums = stdout.trim().split("\n");
    return Object.fromEntries(sums.map((line) => line.split(/\s+/).reverse() as [string, string]));
  };
  const digests = async (stage: Stage): Promise<Record<string, string>> => {
    const { services = {} } = await project.engine.outputs(stage);
    return Object.fromEntries(Object.entries(services).map(([service, { digest }]) => [service, digest]));
  };

  before(async () => {
    [machines.staging, machines.production] = await Promise.all([Machine.start(), Machine.start()]);
    project = await Project.create(kind, "ssh", join(root, "apps", "demo"), "apps/demo");
    // Too much for the state, so that it comes by the registry of each machine.
    project.write("apps/demo/pictures/sea.bmp", sea);
    project.write("apps/demo/pictures/caption.txt", "the sea\n");
    project.edit(
      "apps/demo/compose.yaml",
      "build: ./web\n",
      'build: ./web\n    volumes: ["./pictures:/srv/pictures:ro"]\n',
    );
    await project.commit("Show pictures");
    const { mirrors } = await project.registry();
    for (const stage of ["staging", "production"] as const) {
      await project.stage(stage, demoSettings(stage, machines[stage].settings, { port, mirrors }));
      await project.engine.setConfig(stage, "machine.key", machines[stage].key, { secret: true });
      planted[`the password of ${stage}`] = randomBytes(9).toString("hex");
      await project.engine.setConfig(stage, "env.DB_PASSWORD", planted[`the password of ${stage}`] ?? "", {
        secret: true,
      });
      // A line of it, as texts are escaped in many ways.
      planted[`the key to ${stage}`] = machines[stage].key.split("\n")[2] ?? "";
    }
    watch = new ProcessWatch(planted);
  });

  after(async () => {
    watch?.stop();
    await project?.dispose();
    await Promise.all(Object.values(machines).map((machine) => machine.dispose()));
  });

  it("comes up in staging on a machine that had no Docker", async () => {
    assert.match(await machines.staging.sh("command -v docker || echo none"), /^none$/);
    const { text } = await upAndClean(project.engine, "staging");
    assert.match(text, /installing docker\.io/);
    assert.doesNotMatch(text, /sending them to the machine/, "the machine pulls the mounted files by itself");
    assert.deepEqual(await pictures("staging"), picturesWith("the sea"));
    const { release, url } = await project.engine.outputs("staging");
    made.push(release?.name ?? "none");
    assert.equal(url, `http://127.0.0.1:${port}`);
    assert.match(await page("staging"), /<title>[^<]*staging/i);
    assert.deepEqual(Object.keys(await machines.staging.services("staging")).sort(), ["api", "cache", "db", "web"]);
  });

  it("is promoted to a machine with a registry of its own, with the same digests", async () => {
    const preview = await succeeds(project.engine.preview("production"));
    assert.match(preview.text, new RegExp(`First release: ${made[0]}`));
    const { text } = await upAndClean(project.engine, "production");
    assert.doesNotMatch(text, /sending them to the machine/, "the machine pulls the mounted files by itself");
    assert.ok((await page("production")).includes(made[0] ?? "none"));
    assert.deepEqual(await pictures("production"), picturesWith("the sea"));
    assert.deepEqual(await digests("production"), await digests("staging"));
    const { stdout } = await machines.production.docker("ps", "--format", "{{.Image}}");
    assert.match(stdout, /^127\.0\.0\.1:5000\/ssh-\w+\/web$/m);
  });

  it("takes a change of the page to production, and nothing else", async () => {
    await count("production");
    const before = await machines.production.services("production");
    project.edit("apps/demo/web/src/style.ts", "", "// Another look, some day.\n");
    await project.commit("Announce another look");
    await succeeds(project.engine.up("staging"));
    made.push((await project.engine.outputs("staging")).release?.name ?? "none");
    assert.deepEqual(touched(await succeeds(project.engine.preview("production")), project, "production"), ["web"]);
    await succeeds(project.engine.up("production"));
    assert.ok((await page("production")).includes(made[1] ?? "none"));
    assert.equal(await count("production"), 2);
    const { web: _old, ...others } = before;
    const { web: _new, ...still } = await machines.production.services("production");
    assert.deepEqual(still, others);
  });

  it("takes a change of a mounted file to production, and nothing else", async () => {
    const before = await machines.production.services("production");
    project.write("apps/demo/pictures/caption.txt", "the sea, at night\n");
    await project.commit("Say when it was");
    await succeeds(project.engine.up("staging"));
    made.push((await project.engine.outputs("staging")).release?.name ?? "none");
    assert.deepEqual(await pictures("staging"), picturesWith("the sea, at night"));
    await succeeds(project.engine.up("production"));
    assert.deepEqual(await pictures("production"), picturesWith("the sea, at night"));
    const { web: _old, ...others } = before;
    const { web: _new, ...still } = await machines.production.services("production");
    assert.notEqual(_new, _old);
    assert.deepEqual(still, others);
  });

  it("goes back on its own machine alone, while the machine that it came from is away", async () => {
    await run("docker", ["pause", machines.staging.name]);
    try {
      await project.engine.setConfig("production", "release", made[0] ?? "none");
      await succeeds(project.engine.up("production"));
      assert.ok((await page("production")).includes(made[0] ?? "none"));
      assert.deepEqual(await pictures("production"), picturesWith("the sea"));
    } finally {
      await run("docker", ["unpause", machines.staging.name]);
    }
    await project.engine.removeConfig("production", "release");
    await upAndClean(project.engine, "production");
    assert.ok((await page("production")).includes(made[2] ?? "none"));
  });

  it("serves on where the connection breaks in the middle of a promotion, and converges with the next update", async () => {
    project.edit("apps/demo/web/src/style.ts", "", "// Yet another look.\n");
    await project.commit("Announce yet another look");
    await succeeds(project.engine.up("staging"));
    made.push((await project.engine.outputs("staging")).release?.name ?? "none");
    const update = new RunningUpdate(project.engine as PulumiCli, project.folder, "production");
    await update.says(/^Container \S+-web creating replacement/);
    // Every connection ends at its next packet, and no other can be made.
    const rule = "INPUT --protocol tcp --dport 22 --jump REJECT --reject-with tcp-reset";
    await machines.production.sh(`iptables --insert ${rule}`);
    assert.ok((await page("production")).includes(made[2] ?? "none"));
    assert.notEqual(await update.ended, 0, update.text);
    await machines.production.sh(`iptables --delete ${rule}`);
    assert.ok((await page("production")).includes(made[2] ?? "none"));
    await upAndClean(project.engine, "production");
    assert.ok((await page("production")).includes(made[3] ?? "none"));
  });

  it("lists releases and takes backups over the same way", async () => {
    const slipway = (...args: string[]): ReturnType<typeof run> =>
      run(process.execPath, [join(project.folder, "node_modules", "slipway", "dist", "cli", "main.js"), ...args], {
        cwd: project.folder,
        env: project.engine.env,
      });
    const { stdout } = await slipway("releases", "--stack", "production");
    for (const name of made) assert.ok(stdout.includes(name), stdout);
    assert.match((await slipway("releases", "--stack", "staging")).stdout, /PRODUCTION/);
    assert.match((await slipway("backup", "--stack", "production")).stdout, /^b\d{8}-\d{6}$/m);
    assert.match((await slipway("backups", "--stack", "production")).stdout, /was asked for/);
  });

  it("lets neither keys nor passwords be found", async () => {
    assert.deepEqual(watch.stop(), []);
    assert.deepEqual(placesOfUpdates(project, planted), []);
    for (const stage of ["staging", "production"] as const) {
      assert.deepEqual(await machines[stage].places(planted), []);
    }
    const modes = await must("find", [join(project.folder, ".slipway", "ssh"), "-type", "f", "-perm", "/077"]);
    assert.equal(modes, "", "what ssh reads is for its owner alone");
  });

  it("is made anew on a machine that was lost", async () => {
    await machines.production.lose();
    const up = (...args: string[]): ReturnType<typeof run> =>
      run("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "production", ...args], {
        cwd: project.folder,
        env: project.engine.env,
      });
    const first = await up();
    assert.match(first.stdout, /installing docker\.io/, first.stdout + first.stderr);
    assert.match(first.stdout, /so it is a new one\. Once this update has installed Docker there, pulumi up --refresh/);
    const second = await up("--refresh");
    assert.equal(second.code, 0, second.stdout + second.stderr);
    assert.ok((await page("production")).includes(made[3] ?? "none"));
    assert.deepEqual(await pictures("production"), picturesWith("the sea, at night"));
    assert.equal(await count("production"), 1, "its data are gone with the machine");
    const drift = await project.engine.refreshPreview("production");
    assert.ok(drift.ok, drift.text);
  });

  it("leaves nothing but data on its machine when it is destroyed", async () => {
    await succeeds(project.engine.destroy("production"));
    assert.equal((await machines.production.docker("ps", "--all", "--quiet")).stdout, "");
    assert.match((await machines.production.docker("volume", "ls", "--quiet")).stdout, /production_db-data/);
  });
});
