import assert from "node:assert/strict";
import { retriesOf } from "../../../application/retries";
import { namesOf } from "../../../application/roles";
import { applicationOf } from "../../components/project";

const read = (services: string) => applicationOf({ "compose.yaml": `services:\n${services}` });
const jobsOf = (services: string) => namesOf("job", read(services).config.services);

describe("a service that runs to its end", () => {
  it("is a job where others wait for its end, with a notice", () => {
    const { config, warnings } = read(`
  migrate: { image: busybox:1.37, command: ["true"] }
  web: { image: nginx:1.27, depends_on: { migrate: { condition: service_completed_successfully } } }
`);
    assert.deepEqual(namesOf("job", config.services), ["migrate"]);
    assert.deepEqual(warnings, [
      "The service migrate runs once for each release, as a job, because web waits for its end (service_completed_successfully); the update waits for its exit code 0.",
    ]);
  });

  it("may be waited for in a chain, and waits for others itself", () => {
    const done = "{ condition: service_completed_successfully }";
    const chain = `
  files: { image: a }
  schema: { image: a, depends_on: { db: { condition: service_healthy }, files: ${done} } }
  db: { image: b, healthcheck: { test: [CMD, "true"] } }
  web: { image: c, depends_on: { schema: ${done} } }
`;
    assert.deepEqual(jobsOf(chain), ["files", "schema"]);
  });

  it("cannot be waited for to be healthy as well", () => {
    const two = `
  init: { image: a }
  web: { image: a, depends_on: { init: { condition: service_completed_successfully } } }
  api: { image: a, depends_on: { init: { condition: service_healthy } } }
`;
    assert.throws(
      () => read(two),
      /services\.api\.depends_on\.init: waits for the job init to be healthy, and a job ends/,
    );
  });

  it("is a job where nothing starts it again and nobody can call it", () => {
    assert.deepEqual(jobsOf(`  seed: { image: a, restart: "no" }\n  web: { image: b }\n`), ["seed"]);
    assert.deepEqual(jobsOf("  seed: { image: a, deploy: { restart_policy: { condition: none } } }\n"), ["seed"]);
  });

  it("is a job where only a failure starts it again and nobody can call it, with what to write for a worker", () => {
    const { config, warnings } = read("  bucket: { image: a, restart: on-failure:5 }\n");
    assert.deepEqual(namesOf("job", config.services), ["bucket"]);
    assert.deepEqual(warnings, [
      "The service bucket runs once for each release, as a job, because only a failure starts it again (restart: on-failure, 5 times at most); the update waits for its exit code 0. Where it is to run on, write restart: unless-stopped.",
    ]);
  });

  for (const [service, retries] of [
    ["restart: on-failure", 10],
    ["restart: on-failure:3", 3],
    ["deploy: { restart_policy: { condition: on-failure, max_attempts: 4 } }", 4],
    ["restart: always, deploy: { restart_policy: { condition: on-failure } }", undefined],
    ['restart: "no"', undefined],
    ["init: true", undefined],
  ] as const)
    it(`is started again ${retries ?? 0} times where it fails and says ${service}`, () =>
      assert.equal(retriesOf(read(`  seed: { image: a, ${service} }\n`).config.services["seed"] ?? {}), retries));

  for (const [what, services] of [
    ["says nothing of restart", "  seed: { image: a }\n"],
    ["is started again whenever it ends", "  worker: { image: a, restart: always }\n"],
    ["may be called and is started again where it fails", `  api: { image: a, restart: on-failure, ports: ["1:1"] }\n`],
    ["publishes a port", `  web: { image: a, restart: "no", ports: ["8080:80"] }\n`],
    ["exposes one", `  web: { image: a, restart: "no", expose: ["80"] }\n`],
    ["has a health check", `  web: { image: a, restart: "no", healthcheck: { test: [CMD, "true"] } }\n`],
    ["is named by another", `  db: { image: a, restart: "no" }\n  web: { image: b, environment: { DB: "db:5432" } }\n`],
    ["is waited for to start", `  db: { image: a, restart: "no" }\n  web: { image: b, depends_on: [db] }\n`],
  ] as const) {
    it(`runs on where it ${what}`, () => assert.deepEqual(jobsOf(services), []));
  }
});
