import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { containers, docker } from "./docker";
import { onEachEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { Project } from "./project";
import { root } from "./requirements";
import { run } from "./run";
import { named, places } from "./secrets";

/** What somebody tries who was not let in: to read the ledger, to put another record or image in its place, to take one away. */
const attempts = [
  ["GET", "_catalog"],
  ["GET", "PROJECT/ledger/tags/list"],
  ["GET", "PROJECT/app/manifests/DIGEST"],
  ["POST", "PROJECT/ledger/blobs/uploads/"],
  ["PUT", "PROJECT/ledger/manifests/RELEASE"],
  ["DELETE", "PROJECT/app/manifests/DIGEST"],
] as const;

/** What a container says of each attempt: the status, or that there was no way. */
const script = `
const [origins, attempts] = JSON.parse(process.argv[2]);
const ask = async (origin, [method, path]) => {
  const body = method === "PUT" ? "{}" : undefined;
  const signal = AbortSignal.timeout(3000);
  return fetch(origin + "/v2/" + path, { method, body, signal }).then(({ status }) => String(status), () => "no way");
};
const all = origins.flatMap((origin) => attempts.map((one) => ask(origin, one)));
Promise.all(all).then((said) => console.log("said " + [...new Set(said)].sort().join(", ")));
`;

/** The local registry is nobody else's: only stages that were told its login read it, and only its own stage and those write to it. */
onEachEngine("the registry that a stage runs", (kind) => {
  inOrder();

  let project: Project;
  let server: { address: string; name: string };
  let folder: string;
  let held: { releases: string[]; digest: string };

  before(async () => {
    project = await Project.create(kind, "ours", join(__dirname, "fixtures", "small"));
    await project.stage("staging", { compose: "compose.yaml", registry: await project.registry() });
    await project.stage("production", { promoteFrom: "staging" });
    folder = mkdtempSync(join(tmpdir(), "slipway-probe-"));
    writeFileSync(
      join(folder, "probe.mjs"),
      script.replaceAll("process.argv[2]", "(process.env.ASK ?? process.argv[2])"),
    );
    writeFileSync(
      join(folder, "Dockerfile"),
      "FROM node:22-slim\nARG ASK\nCOPY probe.mjs ./\nRUN ASK=$ASK node probe.mjs >/said && cat /said\n",
    );
  });

  after(async () => {
    await project?.dispose();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  it("is on a network of the stage's own, with nothing else", async () => {
    await upAndClean(project.engine, "staging");
    await upAndClean(project.engine, "production");
    const all = await containers(project.name, "staging");
    const registry = all.find(({ Config }) => Config.Labels["slipway.role"] === "registry") ?? assert.fail();
    const networks = Object.entries(registry.NetworkSettings.Networks) as [string, { IPAddress?: string }][];
    assert.equal(networks.length, 1);
    const [[network = "", { IPAddress: address = "" }] = ["", {}]] = networks;
    assert.ok(address);
    const { Labels: labels, Containers: there } = (
      JSON.parse(await docker("network", "inspect", network)) as [
        { Labels: Record<string, string>; Containers: Record<string, unknown> },
      ]
    )[0];
    assert.deepEqual([labels["slipway.project"], labels["slipway.stage"]], [project.name, "staging"]);
    assert.deepEqual(Object.keys(there), [registry.Id]);
    server = { address, name: registry.Id };
    const digest = (await project.engine.outputs("staging")).release?.images["app"]?.digest ?? "";
    held = { releases: await project.releases(), digest };
    assert.equal(held.releases.length, 1);
    assert.ok(await project.holds("app", digest));
  });

  const asked = (origins: string[]): string => {
    const [release = ""] = held.releases;
    const filled = attempts.map(([method, path]) => [
      method,
      path.replace("PROJECT", project.name).replace("DIGEST", held.digest).replace("RELEASE", release),
    ]);
    return JSON.stringify([origins, filled]);
  };
  const inside = (): string => `http://${server.address}:5000`;
  const published = (): string => `http://127.0.0.1:${project.registryPort}`;

  it("gives another user of the machine nothing", async () => {
    const { stdout } = await run("node", [join(folder, "probe.mjs"), asked([published(), inside()])]);
    assert.equal(stdout.trim(), "said 401");
  });

  it("gives another container nothing, on whichever network that is", async () => {
    const mount = ["--volume", `${folder}:/probe:ro`, "node:22-slim", "node", "/probe/probe.mjs"];
    const away = await docker("run", "--rm", ...mount, asked([inside()]));
    assert.match(away, /^said (401|no way)$/);
    const host = await docker("run", "--rm", "--network", "host", ...mount, asked([published(), inside()]));
    assert.equal(host, "said 401");
  });

  for (const [where, flags] of [
    ["a RUN step", []],
    ["a RUN step on the machine's own network", ["--network", "host"]],
  ] as const) {
    it(`gives ${where} nothing`, async function () {
      const tag = `${project.name}-probe`;
      const origins = flags.length > 0 ? [published(), inside()] : [inside()];
      const argument = ["--build-arg", `ASK=${asked(origins)}`];
      const built = await run("docker", ["build", "--no-cache", ...flags, ...argument, "--tag", tag, folder]);
      if (built.code !== 0 && /not allowed|entitle/i.test(built.stderr)) return this.skip();
      assert.equal(built.code, 0, built.stderr);
      try {
        assert.match(await docker("run", "--rm", tag, "cat", "/said"), /^said (401|no way)$/);
      } finally {
        await docker("image", "rm", "--force", tag);
      }
    });
  }

  it("holds what it held", async () => {
    assert.deepEqual(await project.releases(), held.releases);
    assert.ok(await project.holds("app", held.digest));
  });

  it("promotes the next release, and is read by a stage that is pinned, and by the command", async () => {
    project.edit("compose.yaml", "EDITION: first", "EDITION: second");
    await project.commit("Make the second edition");
    await upAndClean(project.engine, "staging");
    await upAndClean(project.engine, "production");
    assert.equal((await project.engine.outputs("production")).release?.name, (await project.releases()).at(-1));
    await project.engine.setConfig("production", "release", held.releases[0] ?? "");
    await upAndClean(project.engine, "production");
    if (kind.name !== "Pulumi") return;
    const { env } = project.engine as unknown as { env: Record<string, string> };
    const command = [join(root, "dist", "cli", "main.js"), "releases", "-s", "production", "--json"];
    const { code, stdout, stderr } = await run("node", command, { cwd: project.folder, env });
    assert.equal(code, 0, stderr);
    assert.equal((JSON.parse(stdout) as { releases: unknown[] }).releases.length, 2);
  });

  it("shows its password nowhere", async () => {
    const { password } = (await project.login()) ?? assert.fail("no login is told");
    assert.match(password, /^[A-Za-z0-9]{40}$/);
    assert.deepEqual(await places(project, { "the registry's password": password }), []);
    const environment = await docker("exec", server.name, "cat", "/proc/1/environ", "/proc/1/cmdline").catch(() => "");
    assert.deepEqual(named({ "the registry's process": environment }, { password }), []);
  });

  it("is made anew with another login, over the same data, which the pinned stage learns of", async () => {
    const before = await project.login();
    await succeeds(project.engine.destroy("staging"));
    await upAndClean(project.engine, "staging");
    assert.equal((await project.releases()).length, 2);
    assert.notEqual((await project.login())?.password, before?.password);
    await upAndClean(project.engine, "production");
  });
});
