import assert from "node:assert/strict";
import { withImages } from "../../plan/withImages";
import { applicationOf } from "../components/project";

const read = (service: string) => applicationOf({ "compose.yaml": `services:\n  app: ${service}\n` });

describe("an empty argument in a command", () => {
  const command = `{ image: "redis:7", command: 'redis-server --requirepass "\${PASSWORD:-}"' }`;

  it("comes behind the entrypoint of the image, as the Engine has it", () => {
    const { config } = withImages(read(command), { app: { volumes: [], entrypoint: ["docker-entrypoint.sh"] } });
    const { entrypoint, command: words } = config.services["app"] ?? {};
    assert.deepEqual([entrypoint, words], [["docker-entrypoint.sh"], ["redis-server", "--requirepass", ""]]);
  });

  it("is the program's own where the image has no entrypoint", () => {
    assert.deepEqual(withImages(read(command), { app: { volumes: [] } }).config.services["app"]?.entrypoint, []);
  });

  it("waits for an image that is built", () => {
    const { entrypoint } = withImages(read("{ build: ., command: [serve, ''] }"), {}).config.services["app"] ?? {};
    assert.equal(entrypoint ?? undefined, undefined);
  });

  it("cannot be had of an image that cannot be looked at", () => {
    assert.throws(
      () => withImages(read(command), {}),
      /^ComposeError: compose\.yaml:2:28: services\.app\.command: is an empty argument behind the entrypoint of its image redis:7, which/,
    );
  });
});

describe("a health check that says disable: false", () => {
  for (const service of [
    "{ build: ., healthcheck: { disable: false } }",
    "{ image: a, healthcheck: { disable: false } }",
  ]) {
    it(`leaves the image's own: ${service}`, () =>
      assert.equal(withImages(read(service), {}).config.services["app"]?.healthcheck, undefined));
  }
});
