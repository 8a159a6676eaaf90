import assert from "node:assert/strict";
import { checkSettings } from "../../settings/settings";
import type { Check } from "../../settings/checks";
import { httpChecks } from "../../edge/httpChecks";
import { trialPort } from "../../edge/layout";
import { applicationOf } from "../components/project";

const { listening } = applicationOf({
  "compose.yaml": `
services:
  web:
    image: web
    environment: { API: "http://api:5000" }
    ports: [{ target: 3000, published: "8080", app_protocol: http }]
  admin:
    image: admin
    ports:
      - { target: 80, published: "8081", app_protocol: http }
      - { target: 81, published: "8082", app_protocol: http }
  api: { image: api }
  worker: { image: worker }
`,
});

const checks = (...given: Partial<Extract<Check, { service: string }>>[]) =>
  httpChecks(checkSettings({ compose: "c", checks: given }).checks, listening);

describe("the checks that a release must pass", () => {
  it("ask a published service as people do", () => {
    assert.deepEqual(checks({ service: "web", path: "/health", text: "well" }), [
      {
        service: "web",
        target: 3000,
        path: "/health",
        status: 200,
        text: "well",
        timeout: 10,
        through: { port: 8080, host: "localhost" },
      },
    ]);
  });

  it("ask one that only others call by its name", () => {
    assert.deepEqual(checks({ service: "api" })[0]?.through, {
      port: trialPort,
      host: "api",
      serving: "api_5000",
    });
  });

  it("ask the port that they name, where there are several", () => {
    assert.deepEqual(checks({ service: "admin", port: 81 })[0]?.through.port, 8082);
  });

  const refused: [what: string, check: Partial<Extract<Check, { service: string }>>, message: RegExp][] = [
    ["a misspelt service", { service: "webs" }, /^Error: slipway:checks\.0\.service is webs, .*: did you mean web\?$/],
    [
      "what is not reached by HTTP",
      { service: "scheduler" },
      /which is not reached by HTTP.* name one of web, admin, api/,
    ],
    ["a service of several ports", { service: "admin" }, /on several ports: name one of 80, 81 as port/],
    ["another port", { service: "web", port: 80 }, /slipway:checks\.0\.port is 80, and .* by HTTP on 3000/],
  ];
  for (const [what, check, message] of refused) {
    it(`refuse ${what}`, () => assert.throws(() => checks(check), message));
  }
});
