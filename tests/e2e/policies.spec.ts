import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { always, chosen } from "../../policies/rules";
import { onEngine, pulumi } from "./engines";
import { inOrder } from "./expect";
import { freePorts } from "./ports";
import { Project } from "./project";
import { root } from "./requirements";
import { run } from "./run";

/** The pack as the repository has it, and as a package brings it. */
const sources = join(root, "policies");
const packaged = join("node_modules", "slipway", "dist", "policies");

const names = [...always, ...chosen].map(({ name }) => name);
const fixture = join(__dirname, "fixtures", "policies");

/** What the pack said, and whether the command went through. */
interface Said {
  ok: boolean;
  text: string;
  /** The names of the policies that stop it, each once. */
  refused: string[];
}

/** Runs a command of Pulumi's with the pack. */
async function asked(project: Project, args: string[], pack = packaged, env = {}): Promise<Said> {
  const { code, stdout, stderr } = await run("pulumi", [...args, "--non-interactive", "--policy-pack", pack], {
    cwd: project.folder,
    env: { ...project.engine.env, ...env },
  });
  const text = stdout + stderr;
  const refused = [...text.matchAll(/\[mandatory\]\s+(\S+)/g)].map(([, name = ""]) => name);
  return { ok: code === 0, text, refused: [...new Set(refused)].sort() };
}

onEngine(pulumi, "each policy, once passing and once refusing", (kind) => {
  const cloud = mkdtempSync(join(tmpdir(), "slipway-cloud-"));
  let project: Project;
  let wrong: Said;

  const preview = (stage: string, config?: object, pack?: string): Promise<Said> => {
    if (config) project.write("policies.json", JSON.stringify(config));
    const args = ["preview", "--stack", stage, ...(config ? ["--policy-pack-config", "policies.json"] : [])];
    return asked(project, args, pack, { SLIPWAY_SIMULATED_CLOUD: cloud });
  };

  before(async () => {
    project = await Project.create(kind, "policies", fixture);
    project.write("index.js", 'require("./resources");\n');
    // Its resources are written in TypeScript.
    project.edit("Pulumi.yaml", "typescript: false", "typescript: true");
    // What is previewed only is asked of no cloud, not even of a simulated one.
    project.simulated("gcp", "azure-native");
    for (const stage of ["right", "wrong"]) await project.stage(stage, { promoteFrom: "staging" });
    wrong = await preview("wrong");
  });

  after(async () => {
    await project?.dispose();
    rmSync(cloud, { recursive: true, force: true });
  });

  for (const pack of [packaged, sources]) {
    it(`lets all be that is as it should be (${pack === sources ? "from its sources" : "from the package"})`, async () => {
      const { ok, text, refused } = await preview("right", undefined, pack);
      assert.deepEqual(refused, [], text);
      assert.ok(ok, text);
      assert.match(text, /slipway@v\S+ \(local: /);
    });
  }

  it("stops the preview of what is not", () => {
    assert.equal(wrong.ok, false, wrong.text);
    assert.deepEqual(wrong.refused, [...names].sort(), wrong.text);
  });

  for (const name of names) {
    it(`${name} names what breaks it, and that alone, and says what to do`, () => {
      const said = [
        ...wrong.text.matchAll(new RegExp(`\\[mandatory\\]\\s+${name}\\s+\\(\\S+ (\\S+)\\)\\n.*\\n(.*)`, "g")),
      ];
      assert.ok(said.length > 0, wrong.text);
      for (const [, resource = "", sentence = ""] of said) {
        assert.ok(resource.startsWith(name), `${name} refused ${resource}`);
        assert.match(sentence.trim(), /^\S.*: \S.*\.$/);
      }
    });
  }

  it("is advisory where the configuration says so, with its exemptions shown", async () => {
    const grant = [{ policy: "services-restart", resource: "services-restart", reason: "It runs once a year." }];
    const { ok, text, refused } = await preview("wrong", {
      all: "advisory",
      exemptions: { enforcementLevel: "mandatory", grant },
    });
    assert.deepEqual(refused, [], text);
    assert.ok(ok, text);
    assert.match(text, /\[advisory\]\s+no-docker-socket/);
    assert.match(
      text,
      /Advisory by the configuration, so that they stop nothing: cloud-disks-encrypted-and-kept, committed-/,
    );
    assert.match(
      text,
      /Exempt by the configuration: services-restart from services-restart \(It runs once a year\.\)\./,
    );
    assert.match(
      text,
      /\[advisory\]\s+exemptions-in-use.*\n.*\n\s+Exempt from services-restart \(It runs once a year\.\): services-restart is not started/,
    );
    assert.doesNotMatch(text, /\]\s+services-restart\s/);
  });

  it("says in the preview that everything is switched off", async () => {
    const { ok, text, refused } = await preview("wrong", { all: "disabled" });
    assert.deepEqual(refused, [], text);
    assert.ok(ok, text);
    const off =
      /\[advisory\]\s+policies-in-force.*\n.*\n\s+Switched off by the configuration: (.*)\.\n/.exec(text)?.[1] ?? text;
    assert.deepEqual(off.split(", "), [...names, "exemptions", "exemptions-in-use"].sort());
  });

  it("goes by the settings of a policy, and names one that there is not", async () => {
    const { ok, text, refused } = await preview("right", {
      "test-data-off-in-production": { variables: ["SEED_DEMO_USERS"] },
      "services-restart": { production: ["right"] },
    });
    assert.equal(ok, false, text);
    assert.deepEqual(refused, ["services-restart", "test-data-off-in-production"], text);
    assert.match(text, /container has SEED_DEMO_USERS on, and right is for real data/);
    assert.match(text, /services-restart\.production is not a setting of the policy/);
  });

  it("is not silenced by an exemption without a reason, or from or of nothing", async () => {
    const { ok, text } = await preview("right", {
      exemptions: {
        grant: [
          { policy: "services-restart", resource: "container" },
          { policy: "service-restart", resource: "container", reason: "It is old." },
          { policy: "services-restart", resource: "contaner", reason: "It is old." },
        ],
      },
    });
    assert.equal(ok, false, text);
    assert.match(text, /exemptions\.grant\[0\] exempts container from services-restart without a reason: write why/);
    assert.match(
      text,
      /exemptions\.grant\[1\] names the policy service-restart, which the pack does not have: did you mean services-restart\?/,
    );
    assert.match(
      text,
      /exemptions\.grant exempts contaner from services-restart, and nothing of that name is declared: did you mean container\?/,
    );
  });
});

onEngine(pulumi, "the demo under the policy pack", (kind) => {
  inOrder();

  let project: Project;

  before(async () => {
    project = await Project.create(kind, "pack", join(root, "apps", "demo"), "apps/demo");
    const registry = await project.sharedRegistry();
    const ports = await freePorts(3);
    for (const [index, stage] of ["staging", "production"].entries()) {
      const own = stage === "staging" ? { compose: "apps/demo/compose.yaml" } : { promoteFrom: "staging" };
      const env = { WEB_PORT: String(ports[index]), RAW_PORT: String(ports[2]), ENABLE_TEST_DATA: String(index === 0) };
      await project.stage(stage, { ...own, registry, overlay: `apps/demo/compose.${stage}.yaml`, env });
      await project.logIn(stage);
      await project.engine.setConfig(stage, "env.DB_PASSWORD", randomBytes(9).toString("hex"), { secret: true });
    }
  });

  after(async () => {
    await project?.dispose();
  });

  it("comes up in staging", async () => {
    const { ok, text, refused } = await asked(project, ["up", "--yes", "--stack", "staging"], sources);
    assert.deepEqual(refused, [], text);
    assert.ok(ok, text);
  });

  it("may be promoted to production", async () => {
    const { ok, text, refused } = await asked(project, ["preview", "--stack", "production"]);
    assert.deepEqual(refused, [], text);
    assert.ok(ok, text);
  });

  describe("is held to what always holds, whatever its program changes resources with:", () => {
    const letGo =
      '({ type, props, opts }) => type === "docker:index/volume:Volume" ? { props, opts: { ...opts, retainOnDelete: false } } : undefined';
    // The web alone: the edge's port would be a database's then.
    const byTag =
      '({ type, name, props, opts }) => type === "docker:index/container:Container" && /-(web|api)$/.test(name) ? { props: { ...props, image: "redis:7" }, opts } : undefined';
    const harmless =
      '({ type, props, opts }) => type === "docker:index/container:Container" ? { props: { ...props, memory: 128 }, opts } : undefined';
    const all = (register: string) => (change: string) =>
      `const pulumi = require("@pulumi/pulumi");\n${head}\npulumi.runtime.${register}(${change});\n${made("")}`;
    const head = 'const { planStage, readSettings, Stage } = require("slipway");';
    const made = (options: string) =>
      `module.exports = async () => new Stage("app", await planStage(readSettings())${options}).outputs;\n`;
    const ways: Record<string, (change: string) => string> = {
      "transforms of the stage": (change) => `${head}\n${made(`, { transforms: [${change}] }`)}`,
      "transforms of all, given before": all("registerResourceTransform"),
      "transforms of all, given later": (change) =>
        `const pulumi = require("@pulumi/pulumi");\n${head}\nmodule.exports = async () => { const stage = new Stage("app", await planStage(readSettings())); pulumi.runtime.registerResourceTransform(${change}); return stage.outputs; };\n`,
      "transformations of all": all("registerStackTransformation"),
    };

    for (const [way, program] of Object.entries(ways)) {
      it(way, async () => {
        const before = project.read("index.js");
        try {
          for (const [change, says] of [
            [letGo, /is a data volume that is declared without retainOnDelete/],
            [byTag, /runs the image redis:7, which is not named by a digest/],
          ] as const) {
            project.write("index.js", program(change));
            const { ok, text } = await project.engine.preview("production");
            assert.equal(ok, false, text);
            assert.match(text, says);
          }
          project.write("index.js", program(harmless));
          const { ok, text } = await project.engine.preview("production");
          assert.ok(ok, text);
        } finally {
          project.write("index.js", before);
        }
      });
    }

    it("an invoke that is led to another stack", async () => {
      const before = project.read("index.js");
      const change =
        '({ token, args, opts }) => token === "pulumi:pulumi:readStackOutputs" ? { args: { name: args.name.replace("production", "staging") }, opts } : undefined';
      project.write("index.js", all("registerInvokeTransform")(change));
      try {
        const { ok, text } = await project.engine.preview("production");
        assert.equal(ok, false, text);
        assert.match(text, /The engine answers for the stack \S+staging where \S+production was asked for/);
      } finally {
        project.write("index.js", before);
      }
    });
  });

  it("is stopped in the preview where production's overlay breaks what an organisation chose", async () => {
    project.write("wrong.yaml", readFileSync(join(fixture, "compose.wrong.yaml"), "utf8"));
    await project.engine.setConfig("production", "overlay", "wrong.yaml");
    const { ok, text, refused } = await asked(project, ["preview", "--stack", "production"]);
    assert.equal(ok, false, text);
    assert.deepEqual(refused, [
      "memory-limits-in-production",
      "no-docker-socket",
      "no-privileged-container",
      "only-edge-listens-everywhere",
      "services-have-health-check",
      "services-restart",
      "test-data-off-in-production",
    ]);
    assert.match(text, new RegExp(`${project.name}-production-web is privileged, and so root on the machine`));
  });
});
