import assert from "node:assert/strict";
import { type Loaded, loadCompose } from "../../compose/load";

function load(files: Record<string, string>): Loaded {
  return loadCompose({ files: ["c.yaml"], source: { read: (path) => files[path] }, env: {}, projectName: "demo" });
}

/* Where the loader deliberately does otherwise than Compose v2.40.3. */
describe("unlike docker compose config", () => {
  it("keeps variables, labels and arguments whose names begin with x-: the reference loses them and adds #extensions", () => {
    const { config } = load({
      "c.yaml": "services: {web: {build: {context: ., args: {x-a: 1}}, environment: {x-b: 2}, labels: {x-c: 3}}}",
    });
    assert.deepEqual(config.services.web?.environment, { "x-b": "2" });
    assert.deepEqual(config.services.web?.labels, { "x-c": "3" });
    assert.deepEqual(config.services.web?.build?.args, { "x-a": "1" });
  });

  it("takes a bare name at the end of an env file for a name: the reference sets a variable without a name to it", () => {
    const { config } = load({ "c.yaml": "services: {web: {image: a, env_file: e}}", e: "A=1\nB" });
    assert.deepEqual(config.services.web?.environment, { A: "1" });
  });

  it("takes pid: null for no pid: the reference crashes", () => {
    assert.equal(load({ "c.yaml": "services: {web: {image: a, pid: }}" }).config.services.web?.pid, undefined);
  });

  it("takes an unquoted date for text: the reference finds no type for it", () => {
    const { config } = load({ "c.yaml": "services: {web: {image: a, environment: {D: 2024-01-31}}}" });
    assert.deepEqual(config.services.web?.environment, { D: "2024-01-31" });
  });

  it("has a $ where the reference prints $$, as its output is a template again", () => {
    const { config } = load({ "c.yaml": "services: {web: {image: a, command: [echo, $$HOME]}}" });
    assert.deepEqual(config.services.web?.command, ["echo", "$HOME"]);
  });
});
