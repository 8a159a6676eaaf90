import assert from "node:assert/strict";
import { planJobs, planNewJobs } from "../../jobs/plan";
import { applicationOf } from "../components/project";

const text = `services:
  web: { image: a }
  migrate: { image: a, profiles: [job] }
  assets: { image: a, profiles: [job], x-slipway: { onRollback: true } }
`;
const { services } = applicationOf({ "compose.yaml": text }).config;
const [r1, r2] = ["v1111111-20260101-000000", "v2222222-20260201-000000"];
const at = (day: number): string => `2026-03-0${day}T00:00:00.000Z`;
const ran = (job: string, release: string, day: number) => ({ job, release, at: at(day) });

describe("what a preview says of the jobs", () => {
  it("is the same for each release that is yet to be made", () => {
    const shows = { migrate: "once for each release", assets: "once for each release" };
    assert.deepEqual(planNewJobs(services, {}), { shows, restored: undefined });
    assert.deepEqual(planNewJobs(services, { restored: at(1) }), { shows, restored: at(1) });
  });

  it("is what the ledger decides for a release that is taken over", () => {
    assert.deepEqual(planJobs(services, r1, { runs: [] }, []).shows, {
      migrate: "yes, once for this release",
      assets: "yes, once for this release",
    });
    const runs = [ran("migrate", r1, 1), ran("assets", r1, 1), ran("assets", r2, 2)];
    const history = [
      { release: r1, at: at(1) },
      { release: r2, at: at(2) },
    ];
    assert.deepEqual(planJobs(services, r1, { runs: runs.slice(1) }, history).shows, {
      migrate: "no, not on a rollback",
      assets: "yes, once for this release",
    });
  });

  it("stays what it was where the stage runs the release already, though the jobs have run since", () => {
    const jobs = { migrate: "yes, once for this release", assets: "yes, once for this release" };
    const runs = [ran("migrate", r1, 1), ran("assets", r1, 1)];
    assert.deepEqual(planJobs(services, r1, { runs }, [{ release: r1, at: at(2), jobs }]).shows, jobs);
  });

  it("says it where data were restored since, and stays so after that", () => {
    const runs = [ran("migrate", r1, 1)];
    const first = { release: r1, at: at(1), jobs: { migrate: "yes, once for this release" } };
    const restored = at(2);
    const again = planJobs(services, r1, { runs, restored }, [first]).shows;
    assert.equal(again["migrate"], `yes, again, as data were restored at ${restored}`);
    const history = [first, { release: r1, at: at(3), jobs: again }];
    assert.deepEqual(planJobs(services, r1, { runs: [ran("migrate", r1, 3)], restored }, history).shows, again);
  });
});
