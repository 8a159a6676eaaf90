import assert from "node:assert/strict";
import { container, of, remoteImage, step, the, volume, type Declared } from "../engine";
import { building, look, promoted, run, serviceOf, stages } from "../shop";

describe("a service whose health check only its image has", () => {
  const compose = `
services:
  app: { image: "node:22", depends_on: { db: { condition: service_healthy } } }
  other: { image: "node:22", depends_on: { db: { condition: service_started } } }
  db: { image: "postgres:16", volumes: ["data:/data"] }
  checked: { image: "redis:7", healthcheck: { test: [CMD, "true"] } }
  last: { image: "node:22", depends_on: { checked: { condition: service_healthy } } }
volumes: { data: {} }
`;

  for (const plan of [building({ compose }), promoted({ compose })]) {
    it(`is waited for by those that say so, in ${plan.id.stage}`, async () => {
      const { resources } = await run(plan);
      const waits = of(resources, step).filter(({ name }) => name.endsWith("-healthy"));
      assert.deepEqual(
        waits.map(({ name }) => name),
        ["db-healthy"],
      );
      const [wait] = waits as [Declared];
      const input = JSON.parse(wait.inputs["stdin"] as string) as object;
      const { name } = serviceOf(resources, plan, "db").inputs;
      assert.deepEqual(input, {
        service: "db",
        container: name ?? (input as { container: string }).container,
        waiting: ["app"],
      });
      assert.ok(serviceOf(resources, plan, "app").dependsOn.includes(wait.urn));
    });
  }
});

for (const [kind, plan] of Object.entries(stages)) {
  describe(`the services of a stage ${kind}`, () => {
    const services = Object.keys(plan.application.config.services);
    let resources: Declared[];

    before(async () => {
      ({ resources } = await look(plan));
    });

    it("runs each service by digest, in one container", () => {
      for (const service of services) {
        assert.match(
          serviceOf(resources, plan, service).inputs["image"] as string,
          /^127\.0\.0\.1:5000\/shop\/[a-z/]+@sha256:[0-9a-f]{64}$/,
        );
      }
      for (const { inputs } of of(resources, remoteImage)) {
        assert.equal(inputs["keepLocally"], true);
      }
    });

    it("pulls an image once, whichever services run it", () => {
      const pulled = of(resources, remoteImage).map(({ inputs }) => inputs["name"] as string);
      assert.equal(new Set(pulled).size, pulled.length);
      assert.equal(pulled.filter((name) => name.includes("@")).length, 5);
    });

    it("starts every service again by itself, with its log rotated and no new privileges", () => {
      for (const service of services) {
        const { inputs } = serviceOf(resources, plan, service);
        assert.equal(inputs["restart"], service === "api" ? "on-failure" : "unless-stopped");
        assert.equal(inputs["maxRetryCount"], service === "api" ? 5 : undefined);
        assert.deepEqual(inputs["logOpts"], { "max-size": "10m", "max-file": "3" });
        assert.deepEqual(inputs["securityOpts"], ["no-new-privileges:true"]);
      }
    });

    it("limits what the compose file limits, swap included", () => {
      const limits = Object.fromEntries(
        services.map((service) => {
          const { memory, memorySwap, cpus } = serviceOf(resources, plan, service).inputs;
          return [service, [memory, memorySwap, cpus]];
        }),
      );
      const none = [undefined, undefined, undefined];
      assert.deepEqual(limits, {
        web: [128, 128, "0.5"],
        api: none,
        worker: none,
        db: [256, 256, undefined],
        cache: [64, 64, undefined],
        mail: none,
        uploads: none,
        reports: none,
      });
    });

    it("deletes before it replaces exactly where two containers could not run side by side", () => {
      const stopFirst = services.filter((service) => serviceOf(resources, plan, service).deleteBeforeReplace);
      assert.deepEqual(stopFirst, ["db", "mail", "reports"]);
      assert.deepEqual(plan.application.stopFirst, stopFirst);
    });

    it("replaces a container that never became healthy", () => {
      for (const { name, replaceOnChanges } of of(resources, container)) {
        assert.ok(replaceOnChanges.includes("#initerror"), name);
      }
    });

    it("waits for the health of those that can tell it", () => {
      for (const service of services) {
        const { inputs } = serviceOf(resources, plan, service);
        assert.equal(inputs["wait"], ["web", "api", "db"].includes(service), service);
        assert.equal(inputs["mustRun"], true, service);
      }
    });

    it("starts services in the order of depends_on, the stop-first ones before all others", () => {
      const waitsFor = (service: string): string[] => {
        const { dependsOn } = serviceOf(resources, plan, service);
        return services.filter(
          (other) => other !== service && dependsOn.includes(serviceOf(resources, plan, other).urn),
        );
      };
      const phase = ["db", "mail", "reports"];
      assert.deepEqual(waitsFor("web").sort(), [...phase, "api"].sort());
      assert.deepEqual(waitsFor("api").sort(), [...phase, "cache"].sort());
      assert.deepEqual(waitsFor("cache").sort(), phase);
      for (const service of phase) {
        assert.deepEqual(waitsFor(service), []);
      }
    });

    it("starts a container only after its image and its files are there", () => {
      const image = serviceOf(resources, plan, "db").inputs["image"] as string;
      const pulled = of(resources, remoteImage).find(({ inputs }) => inputs["name"] === image);
      const { dependsOn } = serviceOf(resources, plan, "db");
      assert.ok(dependsOn.includes(pulled?.urn ?? "none"));
      assert.ok(dependsOn.includes(the(resources, container, "db-files-carrier").urn));
    });

    it("never stops a container first because a file of its changed", () => {
      const files = of(resources, volume).filter(({ name }) => name.endsWith("-files-volume"));
      assert.ok(files.length > 0);
      for (const { name, deleteBeforeReplace, deleteBeforeReplaceDefined } of files) {
        assert.deepEqual([deleteBeforeReplace, deleteBeforeReplaceDefined], [false, true], name);
      }
    });

    it("mounts an external volume by its own name and declares none for it", () => {
      const mounted = serviceOf(resources, plan, "reports").inputs["volumes"] as { volumeName: string }[];
      assert.deepEqual(
        mounted.map(({ volumeName }) => volumeName),
        ["reports-of-2020"],
      );
    });
  });
}
