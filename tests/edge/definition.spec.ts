import assert from "node:assert/strict";
import { defineEdge, downtimeOf, fingerprintOf } from "../../edge/definition";
import { applicationOf } from "../components/project";

const definitionOf = (services: string) => defineEdge(applicationOf({ "compose.yaml": `services:\n${services}\n` }));

const web = (port: number, more = "") =>
  `  web: { image: web, ports: [{ target: 3000, published: "${port}", app_protocol: http }], ${more} }`;

describe("an edge's definition", () => {
  const definition = definitionOf(web(8080));

  it("is none where nothing is reached by HTTP", () => {
    assert.equal(definitionOf("  worker: { image: worker }"), undefined);
  });

  it("holds its ports, its program and its networks", () => {
    assert.deepEqual(definition?.ports, [{ internal: 8080, external: 8080, ip: undefined }]);
    assert.deepEqual(definition?.networks, ["default"]);
    assert.deepEqual(
      Object.keys(definition?.files ?? {}).map((path) => path.split("/").at(-1)),
      ["guard.sh"],
    );
  });

  it("does not change with what its services are", () => {
    const other = definitionOf(web(8080, "environment: { EDITION: second }, mem_limit: 64m"));
    assert.ok(definition && other);
    assert.equal(fingerprintOf(other), fingerprintOf(definition));
  });

  const unchanged: [what: string, services: string][] = [
    ["to another port of its containers", web(8080).replace("3000", "4000")],
    ["to another service", web(8080).replace("web:", "shop:")],
    ["to a name that others call", `${web(8080, "environment: { API: http://api:3000 }")}\n  api: { image: api }`],
  ];
  for (const [what, services] of unchanged) {
    it(`does not change where it leads ${what}`, () => {
      const other = definitionOf(services);
      assert.ok(definition && other);
      assert.equal(downtimeOf(other, fingerprintOf(definition)), undefined);
    });
  }

  it("changes with a network that it has to be on", () => {
    const two = `${web(8080, "networks: [front]")}\n  api: { image: api, networks: [back], x-slipway: { http: [80] } }\nnetworks: { front: , back: }`;
    assert.deepEqual(definitionOf(two)?.networks, ["back", "front"]);
  });

  it("is the same again: nothing is down", () => {
    assert.ok(definition);
    assert.equal(downtimeOf(definition, fingerprintOf(definition)), undefined);
    assert.equal(downtimeOf(definition, undefined), undefined, "the first edge takes nobody's place");
  });

  it("is another: the preview says what is down meanwhile", () => {
    assert.ok(definition);
    const other = definitionOf(web(9090));
    assert.match(
      downtimeOf(other, fingerprintOf(definition)) ?? "",
      /^The edge is replaced: .* answers on port 9090\. Unless the new one becomes well, the one that is there runs again\.$/,
    );
  });
});
