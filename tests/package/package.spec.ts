import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { FakeEngine } from "../docker/fakeEngine";
import { Folder } from "../release/folder";
import { readySources } from "./sources";

const root = resolve(__dirname, "..", "..");

/** Three lines: all that a project of one's own needs. */
const program = `import { planStage, readSettings, Stage } from "slipway";

export = async () => new Stage("app", await planStage(readSettings())).outputs;
`;

const compose = `
services:
  web:
    build: ./web
    ports: [{ target: 3000, published: "\${WEB_PORT}", app_protocol: http }]
  db: { image: "postgres:16", volumes: ["data:/var/lib/postgresql/data"] }
volumes: { data: }
`;

/** What a Docker Engine answers on a machine where nothing runs. */
const machine: Record<string, unknown> = {
  "GET /version": { Os: "linux", Arch: "amd64", ApiVersion: "1.41" },
  "GET /info": { DockerRootDir: "/var/lib/docker" },
  "GET /volumes": { Volumes: [] },
  "GET /containers/json": [],
};

/** A program that calls the Engine by its API alone need only find the docker command. */
const docker = `#!/bin/sh
echo "docker $* is not expected here" >&2
exit 1
`;

interface Ran {
  declared: { type: string; name: string; create?: string }[];
  outputs: { url: string; release: { name: string }; services: object; registry: string };
}

describe("slipway as a package in a project of one's own", function () {
  this.timeout(300_000);
  const source = new Folder();
  const project = new Folder();
  const installed = "node_modules/slipway";
  let packed: string[];

  before(() => {
    packed = pack();
    install();
    project
      .write({
        "index.ts": program,
        "compose.yaml": compose,
        "web/Dockerfile": "FROM scratch\n",
        ".gitignore": "node_modules\nbin\n",
      })
      .commit();
  });

  after(() => {
    source.remove();
    project.remove();
  });

  /** Packs a copy of the sources, so that what is built already stays as it is. */
  function pack(): string[] {
    const [made, own] = [
      ["node_modules", "dist"],
      ["apps", "tests", "docs", "clouds", ".git", ".pulumi-state"],
    ];
    cpSync(root, source.path, {
      recursive: true,
      filter: (path) => !made.includes(basename(path)) && (dirname(path) !== root || !own.includes(basename(path))),
    });
    readySources(source.path, root);
    const out = execFileSync("npm", ["pack", "--json"], {
      cwd: source.path,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [{ filename, files }] = JSON.parse(out.slice(out.indexOf("["))) as [
      { filename: string; files: { path: string }[] },
    ];
    mkdirSync(project.at(installed), { recursive: true });
    execFileSync("tar", ["-xzf", source.at(filename), "--strip-components", "1", "-C", project.at(installed)]);
    return files.map(({ path }) => path);
  }

  /** What npm install would put beside it: the dependencies that the package declares and does not bring, and no others. */
  function install(): void {
    const { dependencies } = JSON.parse(readFileSync(project.at(`${installed}/package.json`), "utf8")) as {
      dependencies: Record<string, string>;
    };
    for (const name of [...Object.keys(dependencies), "@types/node"]) {
      if (existsSync(project.at(`${installed}/node_modules/${name}`))) continue;
      mkdirSync(dirname(project.at(`node_modules/${name}`)), { recursive: true });
      symlinkSync(join(root, "node_modules", name), project.at(`node_modules/${name}`));
    }
  }

  const options = () => ({
    cwd: project.path,
    encoding: "utf8" as const,
    env: {
      ...process.env,
      PATH: `${project.at("bin")}:${process.env["PATH"]}`,
      PULUMI_NODEJS_ROOT_DIRECTORY: project.path,
    },
  });

  const run = (command: string, ...args: string[]): string =>
    execFileSync(command, args, { ...options(), stdio: ["ignore", "pipe", "pipe"] });

  it("holds what it runs on, and neither sources nor tests", () => {
    for (const path of [
      "dist/slipway.js",
      "dist/slipway.d.ts",
      "dist/steps/main.js",
      "dist/compose/compose-spec.json",
      "dist/compose/compose-spec.validator.js",
      "dist/policies/index.js",
      "dist/policies/PulumiPolicy.yaml",
    ]) {
      assert.ok(packed.includes(path), path);
    }
    const own = /^(dist\/|package\.json$|README\.md$|LICENSE$)/;
    assert.deepEqual(
      packed.filter((path) => !own.test(path)),
      [],
    );
    assert.deepEqual(
      packed.filter((path) => /\.spec\.|(?<!\.d)\.ts$/.test(path)),
      [],
    );
  });

  it("names what the compose reader needs, in the same versions as that, and nothing of the runner", () => {
    const needed = (folder: string): Record<string, string> =>
      (JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as { dependencies: Record<string, string> })
        .dependencies;
    const own = needed(".");
    for (const [name, version] of Object.entries(needed("compose"))) assert.equal(own[name], version, name);
    for (const name of ["slipway-runner", "slipway-compose", "dockerode"]) assert.equal(own[name], undefined, name);
    assert.ok(!packed.some((path) => path.startsWith("dist/runner/")));
  });

  it("has types by which three lines are right, and a wrong one is not", () => {
    project.write({ "wrong.ts": program.replace("readSettings()", "{ compose: 1 }") });
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const options = ["--strict", "--target", "es2022", "--module", "node16", "--types", "node", "--skipLibCheck"];
    assert.throws(
      () => run("node", tsc, ...options, "index.ts", "wrong.ts"),
      ({ stdout }: { stdout: string }) => /^wrong\.ts\(3,/.test(stdout) && !stdout.includes("index.ts"),
    );
    assert.ok(existsSync(project.at("index.js")));
  });

  it("declares a stage, whose steps are programs of the package", async () => {
    project.write({ "bin/docker": docker });
    const tsx = pathToFileURL(join(root, "node_modules/tsx/dist/loader.mjs")).href;
    const engine = await FakeEngine.start(
      (asked) => machine[asked.replace(/^(GET )(?:\/v[\d.]+)?(\/[^?]*).*/, "$1$2")],
    );
    const { env, ...rest } = options();
    const DOCKER_HOST = engine.engine.environment["DOCKER_HOST"];
    const { stdout } = await promisify(execFile)("node", ["--import", tsx, join(__dirname, "program.ts")], {
      ...rest,
      env: { ...env, DOCKER_HOST },
    }).finally(() => engine.stop());
    const { declared, outputs } = JSON.parse(stdout) as Ran;
    const types = new Set(declared.map(({ type }) => type));
    for (const type of [
      "stage:Stage",
      "release:BuiltRelease",
      "services:Services",
      "volumes:Volumes",
      "edge:Edge",
      "registry:LocalRegistry",
    ]) {
      assert.ok(types.has(`slipway:${type}`), type);
    }
    assert.equal(outputs.url, "http://localhost:18080");
    assert.equal(outputs.registry, "127.0.0.1:15000");
    assert.deepEqual(Object.keys(outputs.services).sort(), ["db", "web"]);
    assert.match(outputs.release.name, /^v[0-9a-f]+-/);
    const steps = declared.flatMap(({ create }) => create ?? []);
    assert.equal(steps.length, 7);
    for (const step of steps) {
      assert.match(step, /^node node_modules\/slipway\/dist\/steps\/main\.js [a-z]+$/);
    }
  });

  it("runs its steps with what it declares as its dependencies", () => {
    assert.throws(
      () => run("node", `${installed}/dist/steps/main.js`, "nonsense"),
      ({ stderr }: { stderr: string }) => stderr.startsWith("This program is run by Slipway's command resources"),
    );
  });

  it("knows no place of the machine that it was built on", () => {
    const texts = readdirSync(project.at(installed), { recursive: true, encoding: "utf8" }).filter((path) =>
      /\.(js|ts|json)$/.test(path),
    );
    const found = texts.filter((path) => {
      const text = readFileSync(project.at(join(installed, path)), "utf8");
      return text.includes(source.path) || text.includes(root);
    });
    assert.deepEqual(
      found.map((path) => relative("dist", path)),
      [],
    );
  });
});
