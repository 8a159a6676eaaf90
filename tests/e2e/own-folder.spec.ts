import assert from "node:assert/strict";
import { join } from "node:path";
import { docker, services } from "./docker";
import type { Engine } from "./engine";
import { onTellingEngine } from "./engines";
import { inOrder, succeeds, upAndClean } from "./expect";
import { Project } from "./project";

/** An application whose build context is the project's own folder, in which the engine keeps its state. */
onTellingEngine("a project that is a build context as a whole", (kind) => {
  inOrder();

  let project: Project;
  let engine: Engine;
  let first: string;

  const release = async (): Promise<string> => (await engine.outputs("staging")).release?.name ?? "none";
  const image = async (): Promise<string> => (await services(project.name, "staging"))["app"]?.Config.Image ?? "none";

  before(async () => {
    project = await Project.create(kind, "whole", join(__dirname, "fixtures", "small"));
    const compose = project.read("compose.yaml").replace("context: ./app", "context: .");
    project.write("compose.yaml", compose);
    project.write("Dockerfile", 'FROM node:22-slim\nWORKDIR /srv\nCOPY . ./\nCMD ["node", "app/server.mjs"]\n');
    project.write(".dockerignore", "node_modules\n!.pulumi-state/**\n");
    project.write(".gitignore", `${project.read(".gitignore")}.pulumi-state/\n`);
    await project.commit("Build all of it");
    engine = kind.open(project.folder, project.name, join(project.folder, ".pulumi-state"));
    const registry = await project.registry();
    const settings = { "slipway:watch": 1, "slipway:compose": "compose.yaml", "slipway:registry": registry };
    project.write("Pulumi.staging.yaml", JSON.stringify({ config: settings }));
    await engine.init("staging");
    project.write(".pulumi-state/passphrase", "s3cret");
  });

  after(async () => {
    await succeeds(engine.destroy("staging"));
    await project?.dispose();
  });

  it("is built of what its commit holds, and so the release is clean", async () => {
    await succeeds(engine.up("staging"));
    first = await release();
    assert.match(first, /^v[0-9a-f]+-\d{8}-\d{6}$/);
  });

  it("has nothing of the engine's state, the passphrase or the settings in its image", async () => {
    const container = (await services(project.name, "staging"))["app"]?.Id ?? "none";
    const names = (await docker("exec", container, "ls", "-A", "/srv")).split("\n");
    assert.deepEqual(names.filter((name) => !name.startsWith(".git")).sort(), [
      ".dockerignore",
      "Dockerfile",
      "Pulumi.yaml",
      "app",
      "compose.yaml",
      "index.js",
      "package.json",
    ]);
  });

  it("is not built again by the next update, whose state is another one", async () => {
    const before = await image();
    await upAndClean(engine, "staging");
    assert.deepEqual([await release(), await image()], [first, before]);
  });
});
