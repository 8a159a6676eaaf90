import assert from "node:assert/strict";
import { dataServices } from "../../backup/dataServices";
import { applicationOf } from "../components/project";

/** What is saved of one service. */
function saved(section: string): unknown {
  const text = `
services:
  db:
    ${section.replaceAll("\n", "\n    ")}
volumes: { data: }`;
  const { config } = applicationOf({ "compose.yaml": text }, { env: { PASSWORD: "p" }, secretEnv: ["PASSWORD"] });
  return dataServices(config)["db"];
}

describe("a service's data are saved", () => {
  it("where its image is known and it writes to a volume", () => {
    assert.deepEqual(saved(`image: postgres:16\nvolumes: ["data:/var/lib/postgresql/data"]`), { kind: "postgres" });
    assert.deepEqual(saved(`image: redis:7\nvolumes: ["/srv/redis:/data"]`), { kind: "redis" });
  });

  it("by its own command, whatever it is", () => {
    const own = saved(`image: mysql:8\nx-slipway: { backup: { command: mysqldump, restore: [mysql, shop] } }`);
    assert.deepEqual(own, { kind: "own", command: "mysqldump", restore: ["mysql", "shop"] });
  });

  it("by its own command rather than by its image's", () => {
    const own = saved(`image: postgres:16\nvolumes: ["data:/data"]\nx-slipway: { backup: { command: a, restore: b } }`);
    assert.deepEqual(own, { kind: "own", command: "a", restore: "b" });
  });

  for (const [what, section] of [
    ["that keeps nothing", `image: redis:7`],
    ["that only reads a volume", `image: redis:7\nvolumes: ["data:/data:ro"]`],
    ["whose data are in memory", `image: redis:7\ntmpfs: /data`],
    ["that says so", `image: postgres:16\nvolumes: ["data:/data"]\nx-slipway: { backup: false }`],
    ["of which nothing is known", `image: node:22\nvolumes: ["data:/data"]`],
  ] as const) {
    it(`not of one ${what}`, () => assert.equal(saved(section), undefined));
  }

  it("by no command that holds a secret", () => {
    const section = `image: mysql:8\nx-slipway: { backup: { command: "mysqldump -p\${PASSWORD}", restore: mysql } }`;
    assert.throws(() => saved(section), /The service db has the secret PASSWORD in x-slipway\.backup/);
  });
});
