import assert from "node:assert/strict";
import { bars } from "../../../bench/promotion/bars";
import { changed, edition, failing } from "../../../bench/promotion/editions";
import { Tally } from "../../../bench/promotion/load/tally";
import { readOptions } from "../../../bench/promotion/options";
import { reasons, requestsTable, timesTable } from "../../../bench/promotion/report";
import { beyond, groups, type Group, type Run } from "../../../bench/promotion/runs";
import { served } from "../../../bench/promotion/served";
import { split } from "../../../bench/promotion/times/split";

/** A run with as many answers, 10 ms from one to the next, and some failures. */
function run(group: Group, answers: number, failures = 0): Run {
  const tally = new Tally(0);
  for (let index = 0; index < answers; index++) tally.answered("kept", "v2", index * 10);
  for (let index = 0; index < failures; index++) tally.failed("stream", "status 503");
  const parts = split(0, 12_000, [
    { part: "watch", from: 6000, to: 9000 },
    { part: "drain", from: 10_000, to: 12_000 },
  ]);
  const figures = tally.figures(answers * 10);
  return { group, title: "v1 → v2", services: 1, figures, seconds: 12, split: parts, healthy: 1.5, load: 1 };
}

describe("the benchmark of promotions", () => {
  it("tells failed requests by kind in a row for each group", () => {
    const table = requestsTable([run("rollback", 50), run("promotion", 100), run("promotion", 200, 3)]);
    const [head = "", , first = "", second = "", ...rest] = table.split("\n");
    assert.match(head, /\| kept \| fresh \| inside \| slow \| stream \| socket \| failed \| longest gap, s \|/);
    assert.match(first, /^\| promotion \| 2 \| 303 \| 100 \| 0 \| 0 \| 0 \| 0 \| 3 \| 0 \| \*\*3\*\* \| 0\.010 \|/);
    assert.match(second, /^\| rollback \| 1 \| 50 \|/);
    assert.deepEqual(rest, []);
  });

  it("tells why requests failed", () => {
    assert.match(reasons([run("compose", 5, 2)]), /^- `docker compose up -d --wait`, stream: 2 × status 503\n/);
    assert.match(reasons([run("promotion", 5)]), /^- no request failed\n/);
  });

  it("tells where the time went, and what was beyond waiting", () => {
    assert.equal(beyond(run("promotion", 5)), 12 - 1.5 - 3 - 2);
    const row = timesTable([run("promotion", 5)]).split("\n")[2] ?? "";
    assert.match(row, /^\| promotion \| v1 → v2 \| 1 \| 12\.00 \| 7\.00 \|.* 3\.00 \| +\| 2\.00 \| 1\.50 \| 5\.50 \|/);
  });

  it("holds Slipway's own runs to the bars, and nobody else's", () => {
    assert.deepEqual(bars([run("compose", 5, 2), run("swarm", 5, 2)]), []);
    assert.deepEqual(
      bars([run("promotion", 30_000)]).map((line) => line.slice(2, 5)),
      ["met", "met", "met", "MIS"],
    );
    assert.match(bars([run("failing", 30_000, 1)])[0] ?? "", /^- MISSED: failing: 1 failed requests in 1 runs/);
  });

  it("changes one service in one release, and both in the next", () => {
    const counts = [1, 2, 3, 4].map((number) => changed(edition(number), edition(number + 1)));
    assert.deepEqual(counts, [1, 2, 1, 2]);
    assert.deepEqual([failing(3).fails, failing(4).fails], ["health", "check"]);
  });

  it("makes sure of which release serves in the end", () => {
    const { figures } = run("promotion", 3);
    served(figures, "v2");
    assert.throws(() => served(figures, "v1"), /In the end v2 answered, not v1/);
  });

  it("names the argument that is wrong", () => {
    assert.deepEqual(readOptions([]), { runs: 5, requests: 30_000, pause: 5, watch: 10, only: groups });
    assert.deepEqual(readOptions(["--quick", "--only", "swarm", "--watch", "0"]), {
      runs: 1,
      requests: 3000,
      pause: 5,
      watch: 0,
      only: ["swarm"],
    });
    assert.throws(() => readOptions(["--only", "promotions"]), /--only takes promotion, rollback.*"promotions"/);
    assert.throws(() => readOptions(["--runs", "0"]), /--runs takes a whole number from 1 on.*"0"/);
  });
});
