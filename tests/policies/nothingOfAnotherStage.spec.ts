import assert from "node:assert/strict";
import { nothingOfAnotherStage } from "../../policies/nothingOfAnotherStage";
import { declared, job, production, says, service, staging, unknown } from "./declared";

const uses = (props: Record<string, unknown>, stage = production, chosen = {}) =>
  says(nothingOfAnotherStage, service(props), stage, chosen);
const volume = (volumeName: string, stage = production) =>
  uses({ volumes: [{ volumeName, containerPath: "/data" }] }, stage);

describe("the policy nothing-of-another-stage", () => {
  it("refuses another stage's volume, and says what to do", () => {
    assert.deepEqual(volume("shop-staging_data"), [
      "shop-production-web uses the volume shop-staging_data, which is named after the stage staging: give production one of its own, whose name does not begin with shop-staging.",
    ]);
  });

  for (const [what, props] of Object.entries({
    "a mounted volume": { mounts: [{ type: "volume", source: "shop-staging-files" }] },
    "the path of a volume": { volumes: [{ hostPath: "/var/lib/docker/volumes/shop-staging_data/_data/base" }] },
    "a network": { networksAdvanced: [{ name: "shop-staging-front-1a2b3c4" }] },
    "a container's network": { networkMode: "container:shop-staging-db" },
  })) {
    it(`refuses ${what} of another stage`, () => assert.equal(uses(props).length, 1));
  }

  it("refuses to declare what is named after another stage", () => {
    for (const type of ["volume:Volume", "network:Network"]) {
      const resource = declared(`docker:index/${type}`, "data", { name: "shop-staging_data" });
      assert.equal(says(nothingOfAnotherStage, resource).length, 1);
    }
  });

  it("refuses a volume that has another stage's behind it", () => {
    const behind = (volume: string) =>
      says(
        nothingOfAnotherStage,
        declared("docker:index/volume:Volume", "app-volumes-data", {
          name: "shop-production_data",
          driverOpts: { type: "none", o: "bind", device: `/mnt/disk/docker/volumes/${volume}/_data` },
        }),
      );
    assert.match(behind("shop-staging_data")[0] ?? "", /^app-volumes-data uses the volume shop-staging_data/);
    assert.deepEqual(behind("shop-production_old"), []);
  });

  for (const name of [
    "shop-production_data",
    "shop-production-registry",
    "shop_data",
    "shop-stagings_data",
    "other-staging_data",
    "reports-of-2020",
    "",
  ]) {
    it(`lets a volume named "${name}" be`, () => assert.deepEqual(volume(name), []));
  }

  it("tells stages apart whose names begin the same", () => {
    const stages = { ...production, stage: "staging-eu", others: ["staging"] };
    assert.deepEqual(volume("shop-staging-eu_data", stages), []);
    assert.equal(volume("shop-staging_data", stages).length, 1);
    assert.equal(volume("shop-staging-eu_data", { ...staging, others: ["staging-eu"] }).length, 1);
  });

  it("learns of further stages, and not of itself", () => {
    const props = { volumes: [{ volumeName: "shop-demo_data" }, { volumeName: "shop-production_data" }] };
    assert.deepEqual(uses(props), []);
    assert.equal(uses(props, production, { stages: ["demo", "production"] }).length, 1);
  });

  it("looks into jobs, and not at what is not known yet", () => {
    assert.equal(says(nothingOfAnotherStage, job({ volumes: [{ volumeName: "shop-staging_data" }] })).length, 1);
    assert.deepEqual(uses({ volumes: [unknown("volumeName")] }), []);
    assert.deepEqual(uses(unknown("networksAdvanced")), []);
  });

  const secret = (name: string) =>
    says(nothingOfAnotherStage, declared("slipway:stage:Stage", "app", {}), {
      ...production,
      secrets: { "slipway:env.DB_PASSWORD": name },
    });

  for (const name of ["staging-db-password", "shop-staging-db-password", "db-password-staging", "SHOP_STAGING_DB"]) {
    it(`refuses a secret named ${name}, without saying its name`, () => {
      assert.deepEqual(secret(name), [
        "app takes slipway:env.DB_PASSWORD from a secret that is named after the stage staging: name a secret of production's own.",
      ]);
    });
  }

  for (const name of ["db-password", "production-db-password", "pre-staging-key-of-all", "stagingkey"]) {
    it(`lets a secret named ${name} be`, () => assert.deepEqual(secret(name), []));
  }
});
