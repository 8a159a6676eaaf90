import assert from "node:assert/strict";
import { calledServices } from "../../../edge/internalNames";
import { applicationOf } from "../../components/project";

const read = (text: string) => applicationOf({ "compose.yaml": text });

describe("container_name", () => {
  it("is one more alias on each of the service's networks, with one notice", () => {
    const { config, warnings } = read(`services:
  web:
    image: nginx:1.27
    environment: { DB_HOST: shop-db }
  db:
    image: postgres:17
    container_name: shop-db
    networks: { default: , back: { aliases: [sql] } }
networks: { back: }
`);
    const { networks, container_name: none } = config.services["db"] ?? {};
    assert.deepEqual(networks, { default: { aliases: ["shop-db"] }, back: { aliases: ["sql", "shop-db"] } });
    assert.equal(none, undefined);
    assert.deepEqual(warnings, [
      "The container_name shop-db of the service db is an alias on its networks; its containers have names of their own, as an update needs two.",
    ]);
  });

  it("needs no alias where it is the service's own name", () => {
    const { config } = read("services: { db: { image: postgres:17, container_name: db } }");
    assert.deepEqual(config.services["db"]?.networks, { default: null });
  });

  it("leads to the edge as the service's name does, where others call it by HTTP", () => {
    const { config } = read(`services:
  web: { image: nginx:1.27, environment: { API: "http://shop-api:3000" } }
  api: { image: api:1, container_name: shop-api }
`);
    assert.deepEqual(calledServices(config), [
      { service: "api", names: { default: ["api", "shop-api"] }, ports: [{ target: 3000, mode: "http" }] },
    ]);
  });

  it("is also known on a network that others are on", () => {
    const { config } = read(`services: { web: { image: nginx:1.27, container_name: shop, networks: [proxy] } }
networks: { proxy: { external: true } }
`);
    assert.deepEqual(config.services["web"]?.networks, { proxy: { aliases: ["shop"] } });
  });

  it("leads nowhere without a network, and where it is no host's name", () => {
    const { config, warnings } = read(`services:
  a: { image: a, container_name: alone, network_mode: none }
  b: { image: b, container_name: b_ }
`);
    assert.deepEqual([config.services["a"]?.networks, config.services["b"]?.networks], [undefined, { default: null }]);
    assert.match(
      warnings[0] ?? "",
      /^The container_name alone of the service a does not lead to it, as it is on no network/,
    );
    assert.match(
      warnings[1] ?? "",
      /^The container_name b_ of the service b does not lead to it, as it is no host's name/,
    );
  });

  it("holds no secret, and says so where it is written", () => {
    const text = "services:\n  web:\n    image: a\n    container_name: web-${TOKEN}\n";
    assert.throws(
      () => applicationOf({ "compose.yaml": text }, { env: { TOKEN: "t0ken" }, secretEnv: ["TOKEN"] }),
      /^ApplicationError: compose\.yaml:4:5: services\.web\.container_name: holds the secret TOKEN/,
    );
  });
});
