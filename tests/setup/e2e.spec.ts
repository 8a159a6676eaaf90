import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Machine, root, type Ended } from "./steps";

describe("the set-up's end-to-end tests", () => {
  const specs = ["backup", "clouds/gce", "crash-points", "demo", "new", "staging-to-production", "two-engines"];
  let machine: Machine;

  beforeEach(() => {
    machine = new Machine();
    machine.link("sort");
    for (const spec of specs) {
      const file = join(machine.project, "tests", "e2e", `${spec}.spec.ts`);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, "");
    }
    mkdirSync(join(machine.project, "counts"));
    writeFileSync(join(machine.project, "counts", "runs"), "");
  });

  const run = (line: string): Ended =>
    machine.run(
      `cd "$project"; counts=$project/counts; mocha_run() { echo "run $*"; echo "$2" >>"$counts/begun"; }; ${line}`,
      { steps: ["e2e"] },
    );

  it("are all spec files that there are, and none that there is not", () => {
    const { text } = machine.run(`cd '${root}'; e2e_groups`, { steps: ["e2e"] });
    const all = readdirSync(join(root, "tests", "e2e"), { recursive: true, encoding: "utf8" });
    const there = all.filter((path) => path.endsWith(".spec.ts")).map((path) => path.slice(0, -".spec.ts".length));
    assert.deepEqual(text.trim().split(/\s/).sort(), there.sort());
  });

  it("begin with the long ones, run each once, and those that compare notes together", () => {
    const { status, text } = run("e2e_runs");
    assert.equal(status, 0, text);
    const begun = readFileSync(join(machine.project, "counts", "begun"), "utf8")
      .trim()
      .split("\n");
    assert.equal(new Set(begun).size, begun.length);
    assert.ok(begun.includes("e2e-new") && begun.includes("e2e-clouds-gce"));
    assert.match(text, /tests\/e2e\/staging-to-production\.spec\.ts tests\/e2e\/two-engines\.spec\.ts/);
  });

  it("do not begin when their time is over, which is told as the reason", () => {
    const { status, text } = run("begin_before=0; e2e_runs");
    assert.equal(status, 0, text);
    assert.ok(!existsSync(join(machine.project, "counts", "begun")));
    const runs = readFileSync(join(machine.project, "counts", "runs"), "utf8");
    assert.match(runs, /^0\te2e-new\.json\tend-to-end tests, new\tnot begun, as 0 s were over$/m);
    const { skipped } = JSON.parse(readFileSync(join(machine.project, "counts", "e2e-new.json"), "utf8")) as {
      skipped: string[];
    };
    assert.deepEqual(skipped, ["all of new"]);
  });
});
