import assert from "node:assert/strict";
import { listContainers } from "../../../docker/containers";
import { stageHolders } from "../../../docker/holders/holders";
import { dockerOrphans } from "../../../docker/orphans/orphans";
import { FakeEngine } from "../fakeEngine";

describe("a clean-up after an update", () => {
  const stage = { project: "shop", stage: "production" };
  const container = (Id: string, name: string, more: Record<string, string> = {}) => ({
    Id,
    Names: [`/${name}`],
    Image: "web",
    State: "running",
    Labels: { "slipway.project": "shop", "slipway.stage": "production", "slipway.service": "web", ...more },
    Ports: [],
    Mounts: [],
    NetworkSettings: { Networks: {} },
  });
  const listed = [
    container("kept", "shop-production-web-1a2b3c4"),
    container("left", "shop-production-web-0a1b2c3"),
    container("stranger", "eager_hopper"),
    container("theirs", "shop-production-web-1", { "com.docker.compose.project": "shop-production" }),
  ];
  let fake: FakeEngine;

  before(async () => {
    fake = await FakeEngine.start((asked) => {
      if (asked.startsWith("GET /volumes")) return { Volumes: [] };
      return asked.startsWith("GET /containers/json") ? listed : "";
    });
  });

  after(() => fake.stop());

  it("takes what an update left away, and no stranger's container whose image has the stage's labels", async () => {
    const said: string[] = [];
    await dockerOrphans(
      () => Promise.resolve(fake.engine),
      (line) => said.push(line),
    ).clearAllBut(stage, ["kept"]);
    assert.deepEqual(said, ["took the container shop-production-web-0a1b2c3 away, which an earlier update left"]);
    const touched = fake.asked.filter((asked) => !asked.startsWith("GET "));
    assert.ok(
      touched.every((asked) => asked.includes("/left")),
      touched.join("\n"),
    );
  });

  it("takes none of them for a holder of the stage, and lists all where no stage is asked for", async () => {
    assert.deepEqual((await stageHolders(fake.engine, stage)).map(({ id }) => id).sort(), ["kept", "left"]);
    assert.equal((await listContainers(fake.engine, [])).length, 4);
  });
});
