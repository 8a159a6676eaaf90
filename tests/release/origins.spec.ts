import assert from "node:assert/strict";
import type { StagePlan } from "../../plan/stage";
import { inputOf, of, roleOf, step, the, type Declared } from "../components/engine";
import { look, run, serviceOf, stages } from "../components/shop";

describe("a stage that builds", () => {
  const plan = stages["that builds"] as StagePlan;
  let resources: Declared[];

  before(async () => {
    ({ resources } = await look(plan));
  });

  it("builds each image once and copies each third-party image once", () => {
    const made = of(resources, step)
      .map(({ name }) => name)
      .sort();
    assert.deepEqual(made, [
      "app-cutover",
      "app-key-step",
      "app-record",
      "app-release-api-build",
      "app-release-mailhog-mailhog-v1.0.1-copy",
      "app-release-name",
      "app-release-postgres-16-copy",
      "app-release-redis-7-copy",
      "app-release-web-build",
      "shop-staging-edge-leads",
    ]);
  });

  it("pushes nothing before its registry runs, and names the release after its images", () => {
    const registry = roleOf(resources, "registry");
    for (const made of of(resources, step).filter(({ name }) => /-(build|copy|name|record)$/.test(name))) {
      assert.ok(made.dependsOn.includes(registry.urn), made.name);
    }
  });

  it("keeps its registry to the machine itself", () => {
    const { inputs, deleteBeforeReplace } = roleOf(resources, "registry");
    assert.deepEqual(inputs["ports"], [{ internal: 5000, external: 5000, ip: "127.0.0.1" }]);
    assert.deepEqual(inputs["securityOpts"], ["no-new-privileges:true"]);
    assert.equal(inputs["restart"], "unless-stopped");
    assert.equal(deleteBeforeReplace, true);
  });

  it("looks after what the ledger keeps", () => {
    const { retention, run: said, release } = inputOf(the(resources, step, "-record"));
    assert.deepEqual(retention, {
      keep: 20,
      pins: ["v0-20260101-000000"],
      registryContainer: `${roleOf(resources, "registry").name}-1a2b3c4`,
    });
    assert.deepEqual(said, { kind: "staging" });
    assert.ok(release.files["compose.yaml"]);
  });

  it("tells of no promotion", async () => {
    assert.ok(!("promotion" in (await look(plan)).result));
  });
});

for (const [kind, plan] of Object.entries(stages)) {
  if (plan.origin.kind === "ledger") {
    describe(`a stage ${kind}`, () => {
      it("builds nothing, and copies no image of others", async () => {
        const { resources } = await look(plan);
        assert.deepEqual(
          of(resources, step)
            .map(({ name }) => name)
            .sort(),
          [
            "app-backup-step",
            ...(plan.sourceRegistry ? ["app-copy-step"] : []),
            "app-cutover",
            ...(plan.machine.ssh ? ["app-engine"] : []),
            "app-key-step",
            ...(plan.machine.vm ? ["app-ready"] : []),
            "app-record",
            `shop-${plan.id.stage}-edge-leads`,
          ],
        );
        const types = new Set(resources.map(({ type }) => type));
        for (const type of [
          "docker:index/image:Image",
          "slipway:release:BuiltImage",
          "slipway:release:CopiedImage",
          "slipway:release:BuiltRelease",
        ]) {
          assert.ok(!types.has(type), type);
        }
      });

      it("runs the digests of the release", async () => {
        const { resources } = await look(plan);
        assert.ok(plan.origin.kind === "ledger");
        for (const [service, { repository, digest }] of Object.entries(plan.origin.release.images)) {
          assert.equal(serviceOf(resources, plan, service).inputs["image"], `127.0.0.1:5000/${repository}@${digest}`);
        }
      });

      it("tells what it took over, in a preview as well", async () => {
        assert.ok(plan.origin.kind === "ledger");
        assert.deepEqual((await look(plan)).result.promotion, plan.origin.promotion);
        assert.deepEqual((await run(plan, true)).result.promotion, plan.origin.promotion);
      });

      it("records the run, not the release", async () => {
        assert.ok(plan.origin.kind === "ledger");
        const { resources } = await look(plan);
        const input = inputOf(the(resources, step, "-record"));
        assert.deepEqual(input["run"], plan.origin.run);
        assert.ok(!("files" in input["release"]));
      });
    });
  }
}
