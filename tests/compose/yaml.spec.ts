import assert from "node:assert/strict";
import { ComposeError, loadCompose } from "../../compose/load";

function problemsOf(text: string): string[] {
  try {
    loadCompose({ files: ["c.yaml"], source: { read: () => text }, env: {}, projectName: "demo" });
    return [];
  } catch (error) {
    if (error instanceof ComposeError) return error.message.split("\n");
    throw error;
  }
}

describe("YAML that would do harm", () => {
  it("is refused when an alias is inside what it stands for", () => {
    assert.deepEqual(problemsOf("x-a: &a {b: [*a]}\nservices: {w: {image: i}}"), [
      "c.yaml:1:14: x-a.b[0]: the alias *a is inside what it stands for",
    ]);
  });

  it("is refused when its aliases explode", () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `x-${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
    );
    const text = `x-0: &l0 [lol]\n${levels.join("\n")}\nservices: {w: {image: i}}`;
    const start = performance.now();
    assert.ok(problemsOf(text).some((line) => line.includes("the aliases of this file make it too large")));
    assert.ok(performance.now() - start < 5000);
  });

  it("is refused when it would change what every object is", () => {
    assert.deepEqual(problemsOf("services: {w: {image: i, labels: {__proto__: {a: b}}}}"), [
      'c.yaml:1:35: services.w.labels: the key "__proto__" cannot be used',
    ]);
  });

  it("has a merge key with its tag as well, as some programs write it", () => {
    const text =
      "x-common: &common {restart: always}\nservices:\n  web:\n    !!merge <<: *common\n    image: nginx:1.27\n";
    const { config } = loadCompose({
      files: ["c.yaml"],
      source: { read: (path) => (path === "c.yaml" ? text : undefined) },
      env: {},
      projectName: "demo",
    });
    assert.equal(config.services["web"]?.restart, "always");
  });

  it("is refused when a merge key takes no mapping", () => {
    assert.deepEqual(problemsOf("services: {w: {<<: [1], image: i}}"), [
      "c.yaml:1:20: services.w: << takes a mapping or a list of mappings",
    ]);
  });
});

describe("options that make no sense", () => {
  it("are refused: no file, a wrong project name", () => {
    const load = (files: string[], projectName: string): object =>
      loadCompose({ files, source: { read: () => undefined }, env: {}, projectName });
    assert.throws(() => load([], "demo"), /there is no compose file to read: name at least one/);
    assert.throws(() => load(["c.yaml"], "De mo"), /"De mo" is no project name: use lower-case letters/);
  });
});
