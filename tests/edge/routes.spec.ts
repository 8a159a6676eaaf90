import assert from "node:assert/strict";
import { calledServices } from "../../edge/internalNames";
import { edgeNetworks, httpRoutes, urlOf } from "../../edge/routes";
import { applicationOf } from "../components/project";

const configOf = (services: string) =>
  applicationOf({ "compose.yaml": `services:\n${services}\nnetworks: { a: , b: , c: }` }).config;

describe("the ports that the edge holds", () => {
  it("are those of app_protocol http, lowest first", () => {
    const config = configOf(`
  web: { image: web, ports: [{ target: 3000, published: "8443", app_protocol: http, host_ip: 127.0.0.1 }] }
  api: { image: api, ports: [{ target: 5000, published: "8080", app_protocol: http }, "9000:9000"] }`);
    assert.deepEqual(httpRoutes(config), [
      { service: "api", published: 8080, hostIp: undefined, target: 5000 },
      { service: "web", published: 8443, hostIp: "127.0.0.1", target: 3000 },
    ]);
  });

  it("need a fixed port of the machine", () => {
    assert.throws(() => configOf(`  web: { image: web, ports: [{ target: 3000, app_protocol: http }] }`), {
      message: `compose.yaml:2:30: services.web.ports[0]: The service web publishes its HTTP port 3000 on no fixed port: name one, as in published: "8080"`,
    });
  });

  it("may be one port on several addresses, of the same service", () => {
    const config = configOf(`  web:
    image: web
    ports:
      - { target: 3000, published: "8080", app_protocol: http, host_ip: 127.0.0.1 }
      - { target: 3000, published: "8080", app_protocol: http, host_ip: "::1" }`);
    assert.deepEqual(
      httpRoutes(config).map(({ hostIp }) => hostIp),
      ["127.0.0.1", "::1"],
    );
  });

  it("cannot be one port for two services, not even on two addresses", () => {
    assert.throws(
      () =>
        configOf(`
  web: { image: web, ports: [{ target: 3000, published: "8080", app_protocol: http, host_ip: 127.0.0.1 }] }
  api: { image: api, ports: [{ target: 5000, published: "8080", app_protocol: http, host_ip: 10.0.0.5 }] }`),
      {
        message:
          "compose.yaml:4:30: services.api.ports[0]: The HTTP port 8080 is to lead to web:3000 and to api:5000, and the edge sends its traffic to one place: choose another port for one of them",
      },
    );
  });

  it("are none of a service without any", () => {
    assert.deepEqual(httpRoutes(configOf("  db: { image: db, ports: ['5432:5432'] }")), []);
  });
});

describe("the address of a stage", () => {
  const route = (published: number, hostIp?: string) => ({ service: "web", published, hostIp, target: 3000 });

  it("is that of the lowest HTTP port", () => {
    assert.equal(urlOf([route(8080), route(9090)]), "http://localhost:8080");
    assert.equal(urlOf([]), undefined);
  });

  it("leaves the usual port out", () => {
    assert.equal(urlOf([route(80)]), "http://localhost");
  });

  for (const [hostIp, host] of [
    ["0.0.0.0", "localhost"],
    ["127.0.0.1", "localhost"],
    ["::", "localhost"],
    ["::1", "localhost"],
    ["192.168.1.5", "192.168.1.5"],
    ["fd00::5", "[fd00::5]"],
  ] as const) {
    it(`is on ${host} where the port is on ${hostIp}`, () => {
      assert.equal(urlOf([route(8080, hostIp)]), `http://${host}:8080`);
    });
  }
});

describe("the networks of the edge", () => {
  it("are one for each service behind it", () => {
    const http = (published: number) => `ports: [{ target: 80, published: "${published}", app_protocol: http }]`;
    const config = configOf(`
  web: { image: web, networks: [b, a], ${http(1)} }
  api: { image: api, networks: [c, a], ${http(2)} }
  admin: { image: admin, networks: [c], ${http(3)} }
  db: { image: db, networks: [b] }`);
    assert.deepEqual(edgeNetworks(config, httpRoutes(config), []), ["a", "c"]);
  });

  it("are no more for a service that is called on several: its door is on all of them", () => {
    const config = configOf(`
  web: { image: web, networks: [a], environment: { API: "http://api:3000" } }
  api: { image: api, networks: { b: { aliases: [backend] }, a: } }`);
    assert.deepEqual(edgeNetworks(config, [], calledServices(config)), ["a"]);
  });
});
