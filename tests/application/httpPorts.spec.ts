import assert from "node:assert/strict";
import { rawPorts, withHttpPorts, type PortsByService, type SaidHttp } from "../../application/httpPorts";
import { applicationOf } from "../components/project";

const read = (services: string) => applicationOf({ "compose.yaml": `services:\n${services}` }).base.config;
const found = (services: string, said: SaidHttp[] = [], answered: PortsByService = {}) =>
  withHttpPorts(read(services), said, answered).found.map(
    ({ service, target, published, by }) => `${service}:${target} ${published} ${by}`,
  );

const asked = "healthcheck: { test: curl -f http://localhost:3000/ }";

describe("a published port that counts as HTTP", () => {
  it("does so by the service's health check, by its port inside", () => {
    assert.deepEqual(found(`  web: { image: a, ports: ["8080:3000", "9090:9090"], ${asked} }`), [
      "web:3000 8080 health check",
    ]);
  });

  it("does so by the stage's word, for one port or for all of a service", () => {
    const services = '  web: { image: a, ports: ["8080:3000", "9090:9090"] }';
    assert.deepEqual(found(services, [{ service: "web", port: 9090 }]), ["web:9090 9090 setting"]);
    assert.deepEqual(found(services, [{ service: "web" }]), ["web:3000 8080 setting", "web:9090 9090 setting"]);
  });

  it("does so by the answers that its release gave", () => {
    assert.deepEqual(found('  web: { image: a, ports: ["8080:3000"] }', [], { web: [3000], gone: [1] }), [
      "web:3000 8080 answer",
    ]);
  });

  it("says so from then on, as if the file did", () => {
    const { config } = withHttpPorts(read(`  web: { image: a, ports: ["8080:3000"], ${asked} }`), [], {});
    assert.equal(config.services["web"]?.ports?.[0]?.app_protocol, "http");
    assert.deepEqual(rawPorts(config), []);
  });

  it("is none where the file says otherwise, or says it itself", () => {
    const port = (speaks: string) => `{ target: 3000, published: "8080", app_protocol: ${speaks} }`;
    assert.deepEqual(
      found(`  web: { image: a, ports: [${port("tcp")}], ${asked} }`, [{ service: "web" }], { web: [3000] }),
      [],
    );
    assert.deepEqual(found(`  web: { image: a, ports: [${port("http")}], ${asked} }`), []);
  });

  for (const [what, section] of [
    ["that is any free one", 'ports: ["3000"]'],
    ["of UDP", 'ports: ["8080:3000/udp"]'],
    ["of a service on no network of the stage", 'ports: ["8080:3000"], network_mode: bridge'],
    ["that leads elsewhere on another address", 'ports: ["127.0.0.1:8080:3000", "10.0.0.1:8080:4000"]'],
    ["of another number than the one that is asked", 'ports: ["3000:80"]'],
  ] as const) {
    it(`is none ${what}`, () => assert.deepEqual(found(`  web: { image: a, ${section}, ${asked} }`), []));
  }

  it("is none where something else is usual, unless the stage says so", () => {
    const search =
      '  search: { image: a, ports: ["127.0.0.1:9200:9200"], healthcheck: { test: curl http://localhost:9200 } }';
    assert.deepEqual(found(search, [], { search: [9200] }), []);
    assert.deepEqual(found(search, [{ service: "search" }]), ["search:9200 9200 setting"]);
  });

  it("is none that the stage may invent", () => {
    assert.throws(() => found('  web: { image: a, ports: ["8080:3000"] }', [{ service: "wbe" }]), {
      message:
        "slipway:edge.http names wbe, which is no published port of a service: published are web:3000; write a service, or SERVICE:PORT with the port inside its container.",
    });
  });
});
