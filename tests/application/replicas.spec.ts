import assert from "node:assert/strict";
import { replicaName, replicasOf } from "../../application/replicas";
import { ComposeError } from "../../compose/index";
import { partOf } from "../../docker/holders/holder";
import { yieldingTo } from "../../docker/holders/handover";
import { stageClaims } from "../../plan/claims";
import { applicationOf, serviceWith } from "../components/project";

const problemsOf = (section: string): string[] => {
  try {
    serviceWith(section);
    return [];
  } catch (error) {
    assert.ok(error instanceof ComposeError);
    return error.problems.map(({ key, reason }) => `${key}: ${reason}`);
  }
};

describe("how many containers of a service there are", () => {
  for (const [section, count] of [
    ["", 1],
    ["scale: 3", 3],
    ["deploy: { replicas: 2 }", 2],
    ["deploy: { mode: global }", 1],
    ["deploy: { replicas: 2 }\nprofiles: [job]", 1],
  ] as const) {
    it(`is ${count} with ${section || "nothing said"}`, () => assert.equal(replicasOf(serviceWith(section)), count));
  }

  it("is not none: a profile says that", () => {
    for (const section of ["scale: 0", "deploy: { replicas: 0 }"])
      assert.match(
        problemsOf(section)[0] ?? "",
        /^services\.app\.\S+: none of it would run: give it a profile instead/,
      );
  });

  it("may be several behind a port that counts as HTTP without a word in the file", () =>
    assert.deepEqual(
      problemsOf("scale: 2\nports: ['8080:3000']\nhealthcheck: { test: curl -f http://localhost:3000/ }"),
      [],
    ));

  it("is one where each would hold the same port or address", () => {
    assert.match(
      problemsOf("deploy: { replicas: 2 }\nports: ['8080:80']")[0] ?? "",
      /^services\.app\.deploy\.replicas: asks for 2 containers that each hold the port 8080 of the machine: write app_protocol/,
    );
    assert.match(
      problemsOf("scale: 2\nmac_address: '02:42:ac:11:00:02'")[0] ?? "",
      /^services\.app\.scale: asks for 2 containers that each have the address 02:42:ac:11:00:02: take the address away/,
    );
    assert.deepEqual(problemsOf("scale: 2\nports: ['80']"), []);
  });
});

describe("the containers of a service that is stopped before it is replaced", () => {
  const { config, ...more } = applicationOf({
    "compose.yaml": "services: { db: { image: d, scale: 2, volumes: ['data:/d'] } }\nvolumes: { data: }",
  });
  const claims = stageClaims({ config, ...more });

  it("have a part each, with the same claims", () => {
    const part = (number: number): string | undefined =>
      partOf({ "slipway.service": "db", ...(number > 1 ? { "slipway.replica": String(number) } : {}) });
    assert.deepEqual([part(1), part(2)], ["service db", "service db.2"]);
    assert.equal(replicaName("db", 2), "db.2");
    const volume = [{ kind: "volume", name: "shop-staging_data" }];
    assert.deepEqual([claims["service db"], claims["service db.2"]], [volume, volume]);
  });

  it("each stop their own predecessor alone", () => {
    const holder = (part: string) => ({
      ...{ id: part, name: part, part, image: "d", isRunning: true },
      claims: [{ kind: "volume" as const, name: "shop-staging_data" }],
    });
    const running = ["service db", "service db.2"].map(holder);
    for (const part of ["service db", "service db.2"]) {
      assert.deepEqual(
        yieldingTo(part, claims, running).map((one) => one.holder.part),
        [part],
      );
    }
  });
});
