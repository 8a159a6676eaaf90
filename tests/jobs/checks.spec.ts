import assert from "node:assert/strict";
import { namedChecks } from "../../jobs/checks";
import { applicationOf } from "../components/project";

const { services } = applicationOf({
  "compose.yaml": "services: { web: { image: a }, smoke: { image: a, profiles: [check] } }",
}).config;
const http = { service: "web", path: "/", status: 200, timeout: 10 };

describe("the checks that the settings name", () => {
  it("are services of the profile check, in the order of the settings", () => {
    assert.deepEqual(namedChecks([http, { run: "smoke" }], services), ["smoke"]);
    assert.deepEqual(namedChecks([], services), []);
  });

  for (const [run, sentence] of [
    ["smoek", "slipway:checks runs smoek, which the release lacks: did you mean smoke?"],
    ["webb", "slipway:checks runs webb, which the release lacks: did you mean web?"],
    ["x", "slipway:checks runs x, which the release lacks: checks are smoke."],
    [
      "web",
      "slipway:checks runs web, which is no check: give the service profiles: [check] in the release's compose file.",
    ],
  ] as const) {
    it(`cannot be ${run}`, () => {
      assert.throws(() => namedChecks([{ run }], services), { message: sentence });
    });
  }

  it("are to be written where there are none", () => {
    assert.throws(() => namedChecks([{ run: "smoke" }], {}), {
      message: "slipway:checks runs smoke, which the release lacks: write a service with profiles: [check].",
    });
  });
});
