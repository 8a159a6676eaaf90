import assert from "node:assert/strict";
import type { StagePlan } from "../../plan/stage";
import { container, hidden, inputOf, labelsOf, of, remoteImage, step, the, type Declared, generated } from "./engine";
import { building, madeLogin, planted, promoted, run, serviceOf } from "./shop";

const compose = `
services:
  web:
    build: ./web
    depends_on: { migrate: { condition: service_completed_successfully } }
    ports: [{ target: 3000, published: "8080", app_protocol: http }]
  worker: { build: ./web, command: [work] }
  migrate:
    build: ./web
    profiles: [job]
    command: [migrate]
    restart: always
    depends_on: [db]
    environment: { DATABASE_URL: "postgres://shop:\${DB_PASSWORD}@db/shop" }
    secrets: [api_key]
    mem_limit: 64m
    networks: [back]
    healthcheck: { test: [CMD, "true"] }
  assets: { build: ./web, profiles: [job], volumes: ["static:/static"], x-slipway: { onRollback: true } }
  smoke: { build: ./web, profiles: [check], depends_on: [web] }
  db: { image: "postgres:16", volumes: ["data:/data"], networks: [back] }
networks: { back: }
volumes: { data: , static: }
secrets: { api_key: { file: ./secrets/api_key } }
`;

const withJobs = (plan: StagePlan): StagePlan => ({
  ...plan,
  jobs: { shows: { migrate: "yes, once for this release", assets: "no, not on a rollback" }, restored: "2026-01-01" },
});

const plans: Record<string, StagePlan> = {
  "that builds": withJobs(building({ compose })),
  "that takes a release over": withJobs(promoted({ compose })),
};

for (const [kind, plan] of Object.entries(plans)) {
  describe(`the jobs of a stage ${kind}`, () => {
    const stage = `shop-${plan.id.stage}`;
    let resources: Declared[];
    let outputs: Awaited<ReturnType<typeof run>>["result"];
    const job = (name: string): Declared => the(resources, step, `-jobs-${name}`);

    before(async () => {
      ({ resources, result: outputs } = await run(plan));
    });

    it("are a step each, and the only services of theirs", () => {
      const jobs = of(resources, step).filter(({ name }) => name.includes("-jobs-"));
      assert.deepEqual(jobs.map(({ name }) => name).sort(), ["app-jobs-assets", "app-jobs-migrate"]);
      const services = of(resources, container).flatMap((one) => labelsOf(one).get("slipway.service") ?? []);
      assert.deepEqual(services.sort(), ["db", "web", "worker"]);
      assert.deepEqual(Object.keys(outputs.services).sort(), ["db", "web", "worker"]);
      const { containers } = inputOf(the(resources, step, "-record"));
      assert.deepEqual(containers.map(({ service }: { service: string }) => service).sort(), ["db", "web", "worker"]);
    });

    it("are in the release, with checks, as any service is", () => {
      assert.deepEqual(Object.keys(outputs.release.images).sort(), [
        "assets",
        "db",
        "migrate",
        "smoke",
        "web",
        "worker",
      ]);
    });

    it("run after the services that are stopped first and before the others, one after the other", () => {
      const waits = (one: Declared, other: Declared): boolean => one.dependsOn.includes(other.urn);
      const [web, worker, db] = ["web", "worker", "db"].map((name) => serviceOf(resources, plan, name)) as [
        Declared,
        Declared,
        Declared,
      ];
      assert.ok(waits(job("assets"), db));
      assert.ok(waits(job("migrate"), db));
      assert.ok(waits(job("migrate"), job("assets")));
      for (const service of [web, worker]) {
        assert.ok(waits(service, job("assets")) && waits(service, job("migrate")), service.name);
      }
      assert.ok(!waits(db, job("migrate")) && !waits(db, job("assets")));
      for (const last of ["-cutover", "-record"]) {
        assert.ok(waits(the(resources, step, last), job("migrate")), last);
      }
    });

    it("wait for their image and their files", () => {
      const { container: definition } = inputOf(job("migrate"));
      const image = of(resources, remoteImage).find(({ inputs }) => inputs["name"] === definition.image);
      assert.match(definition.image, /@sha256:/);
      assert.ok(job("migrate").dependsOn.includes(image?.urn ?? "none"));
      assert.ok(job("migrate").dependsOn.includes(the(resources, container, "migrate-files-carrier").urn));
    });

    it("have the definition that a service would have, and run once", () => {
      const { container: definition, ...rest } = inputOf(job("migrate"));
      assert.equal(definition.restart, "no");
      assert.equal(definition.healthcheck, undefined);
      assert.deepEqual(definition.command, ["migrate"]);
      assert.deepEqual(definition.envs, [`DATABASE_URL=postgres://shop:${planted.password}@db/shop`]);
      assert.equal(definition.memory, 64);
      assert.deepEqual(definition.securityOpts, ["no-new-privileges:true"]);
      assert.deepEqual(definition.networksAdvanced, [{ name: `${stage}-back-1a2b3c4`, aliases: ["migrate"] }]);
      assert.ok(definition.mounts.some(({ target }: { target: string }) => target === "/run/secrets/api_key"));
      const labels = Object.fromEntries(
        definition.labels.map(({ label, value }: { label: string; value: string }) => [label, value]),
      );
      assert.deepEqual(labels, {
        "slipway.project": "shop",
        "slipway.stage": plan.id.stage,
        "slipway.job": "migrate",
      });
      assert.deepEqual(rest, {
        registry: { address: "127.0.0.1:5000", ...(plan.runsLocally ? { credentials: madeLogin(plan.id) } : {}) },
        ...plan.id,
        job: "migrate",
        release: "v1a2b3c4-20261121-120000",
        onRollback: false,
        restored: "2026-01-01",
        key: `${generated}key`,
      });
      assert.equal(inputOf(job("assets"))["onRollback"], true);
    });

    it("show what they will do, and none of their secrets", () => {
      assert.deepEqual(job("migrate").inputs["environment"], {
        JOB: "migrate",
        RELEASE: "v1a2b3c4-20261121-120000",
        RUNS: "yes, once for this release",
      });
      assert.equal(job("migrate").exposed["stdin"], hidden);
      assert.ok(!JSON.stringify(job("migrate").exposed).includes(planted.password));
    });

    it("keep nothing of what they print: their standard output is the step's result alone", () => {
      assert.equal(job("migrate").inputs["logging"], "stderr");
      assert.match(job("migrate").inputs["create"] as string, /steps\/main\.js job$/);
    });
  });
}

describe("a stage without jobs", () => {
  it("has no component for them", async () => {
    const { resources } = await run(building({ compose: "services: { db: { image: 'postgres:16' } }" }));
    assert.deepEqual(of(resources, "slipway:jobs:Jobs"), []);
  });
});
