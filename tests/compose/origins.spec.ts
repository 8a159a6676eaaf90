import assert from "node:assert/strict";
import { type Loaded, loadCompose } from "../../compose/load";

function load(files: Record<string, string>, env: Record<string, string> = {}, main = Object.keys(files)): Loaded {
  return loadCompose({ files: main, source: { read: (path) => files[path] }, env, projectName: "demo" });
}

describe("what is known of a loaded value", () => {
  const files = {
    "app/compose.yaml": `services:
  web:
    image: web:\${TAG}
    build:
      context: ./\${DIR:-web}
      args:
        - PASSED
        - FILLED=\${ONE:-\${TWO}}
        - FIXED=1
    environment: {A: 1, B: 2}
    ports: ["\${PORT}:80"]
    env_file: web.env
`,
    "app/override.yaml": `services:
  web:
    environment:
      B: \${B}
    build:
      args: {FIXED: 2}
`,
    "app/web.env": "\n# comment\nFROM_FILE=x\nREF=$TAG-$FROM_FILE\n",
    "app/.env": "TWO=2\n",
  };
  const env = { TAG: "1", PASSED: "p", PORT: "8080" };
  const loaded = load(files, env, ["app/compose.yaml", "app/override.yaml"]);

  it("tells where a key was set last", () => {
    const where = (...path: (string | number)[]): string => {
      const at = loaded.where(path);
      return `${at?.file}:${at?.line}:${at?.column}`;
    };
    assert.equal(where("services", "web", "image"), "app/compose.yaml:3:5");
    assert.equal(where("services", "web", "environment", "A"), "app/compose.yaml:10:19");
    assert.equal(where("services", "web", "environment", "B"), "app/override.yaml:4:7");
    assert.equal(where("services", "web", "environment", "FROM_FILE"), "app/web.env:3:1");
    assert.equal(where("services", "web", "build", "args", "FIXED"), "app/override.yaml:6:14");
    assert.equal(where("services", "web", "ports", 0, "published"), "app/compose.yaml:11:13");
    assert.equal(where("services", "web", "networks", "default"), "app/override.yaml:2:3");
    assert.equal(loaded.where(["nothing", "here"]), undefined);
  });

  it("tells which variables filled it, those of defaults and those passed through included", () => {
    const found = Object.fromEntries(
      loaded.interpolations.map(({ path, variables }) => [path.slice(2).join("."), variables]),
    );
    assert.deepEqual(found, {
      image: ["TAG"],
      "build.context": ["DIR"],
      "build.args.PASSED": ["PASSED"],
      "build.args.FILLED": ["ONE", "TWO"],
      "environment.B": ["B"],
      "environment.REF": ["TAG"],
      "ports.0": ["PORT"],
    });
  });

  it("keeps the variables of a short build when a later file makes it long", () => {
    const { interpolations } = load(
      { "a.yaml": "services: {web: {build: './${DIR}'}}", "b.yaml": "services: {web: {build: {target: t}}}" },
      { DIR: "x" },
    );
    assert.deepEqual(interpolations, [{ path: ["services", "web", "build", "context"], variables: ["DIR"] }]);
  });

  it("forgets the variables of a value that a later file replaced", () => {
    const { interpolations } = load({
      "a.yaml": "services: {web: {image: 'a:${TAG:-1}'}}",
      "b.yaml": "services: {web: {image: fixed}}",
    });
    assert.deepEqual(interpolations, []);
  });

  it("lists variables that left a blank, with their place", () => {
    assert.deepEqual(loaded.blanks, [
      {
        name: "B",
        at: { file: "app/override.yaml", line: 4, column: 7 },
        path: ["services", "web", "environment", "B"],
      },
    ]);
    assert.deepEqual(load({ "a.yaml": "services: {a: {image: 'x${A:-}${B-}${C+c}${D:-${E-}}'}}" }).blanks, []);
  });

  it("lists every file that was read and what as", () => {
    assert.deepEqual(loaded.filesRead, [
      { path: "app/.env", role: "dotenv" },
      { path: "app/compose.yaml", role: "compose" },
      { path: "app/override.yaml", role: "compose" },
      { path: "app/web.env", role: "env_file" },
    ]);
    const others = load(
      {
        "compose.yaml": "include: [inc/c.yaml]\nservices: {web: {extends: {file: base.yaml, service: b}}}",
        "inc/c.yaml": "services: {lib: {image: l, label_file: l.labels}}",
        "inc/.env": "A=1",
        "inc/l.labels": "a=1",
        "base.yaml": "services: {b: {image: b}}",
      },
      {},
      ["compose.yaml"],
    );
    assert.deepEqual(
      others.filesRead.map(({ path, role }) => `${role} ${path}`),
      ["compose compose.yaml", "extends base.yaml", "dotenv inc/.env", "include inc/c.yaml", "label_file inc/l.labels"],
    );
  });

  it("gives the variables as filled in, the caller's over those of .env", () => {
    assert.deepEqual(loaded.environment, { ...env, TWO: "2", COMPOSE_PROJECT_NAME: "demo" });
  });

  it("keeps the extensions of services, networks and volumes", () => {
    const { config } = load({
      "a.yaml": "services: {web: {image: a, x-slipway: {sharesVolumes: true}}}\nnetworks: {default: {x-n: 1}}",
    });
    assert.deepEqual(config.services.web?.["x-slipway"], { sharesVolumes: true });
    assert.equal(config.networks?.default?.["x-n"], 1);
  });
});
