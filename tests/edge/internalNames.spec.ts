import assert from "node:assert/strict";
import { calledServices } from "../../edge/internalNames";
import { applicationOf } from "../components/project";

const calledIn = (services: string) => applicationOf({ "compose.yaml": `services:\n${services}` }).called;

/** The HTTP ports of the service api where another one holds a text. */
function portsFor(text: string, where = "environment: { API: '%' }", api = ""): number[] {
  const called = calledIn(`
  web: { image: web, ${where.replace("%", text)} }
  api: { image: api, ${api} }`);
  return called.flatMap(({ service, ports }) => (service === "api" ? ports.map(({ target }) => target) : []));
}

describe("the services whose name leads to the edge", () => {
  const urls: [url: string, ports: number[]][] = [
    ["http://api:3000", [3000]],
    ["http://api", [80]],
    ["http://api/v1", [80]],
    ["http://user:secret@api:3000/v1?x=1", [3000]],
    ["ws://api:4000/live", [4000]],
    ["HTTP://API:3000", [3000]],
    ["http://api:3000,http://api:3001", [3000, 3001]],
    ["https://api:8443", []],
    ["postgres://api:5432", []],
    ["http://api.example.com", []],
    ["http://api-v2:3000", []],
    ["http://my-api:3000", []],
    ["api:3000", []],
  ];
  for (const [url, ports] of urls) {
    it(`${ports.length > 0 ? `are called on ${ports.join(", ")} by` : "are not called by"} ${url}`, () => {
      assert.deepEqual(portsFor(url), ports);
    });
  }

  it("may be named in a command or an entrypoint", () => {
    assert.deepEqual(portsFor("http://api:3000", "command: ['--api=%']"), [3000]);
    assert.deepEqual(portsFor("http://api:3000", "entrypoint: ['serve', '%']"), [3000]);
  });

  it("are found by their aliases, too", () => {
    const called = calledIn(`
  web: { image: web, environment: { API: "http://backend:3000" } }
  api: { image: api, networks: { default: { aliases: [backend] } } }`);
    assert.deepEqual(called, [
      { service: "api", names: { default: ["api", "backend"] }, ports: [{ target: 3000, mode: "http" }] },
    ]);
  });

  it("are not those that only they themselves name", () => {
    assert.deepEqual(calledIn(`\n  api: { image: api, environment: { SELF: "http://api:3000" } }`), []);
  });

  it("are those that are stopped before they are replaced, too, where they are called by HTTP", () => {
    const volume = (calls: string, more = "") => `
  web: { image: web, environment: { ${calls} } }
  api: { image: api, volumes: ["data:/data"], ${more} }
volumes: { data: }`;
    const url = 'API: "http://api:3000"';
    assert.deepEqual(calledIn(volume(url))[0]?.ports, [{ target: 3000, mode: "http" }]);
    assert.deepEqual(calledIn(volume(url, "x-slipway: { http: [] }")), []);
    for (const other of ['DATABASE: "postgres://api:5432"', 'API_HOST: api, API_PORT: "3000"']) {
      assert.deepEqual(calledIn(volume(other)), [], other);
    }
    const asked = 'healthcheck: { test: "curl -f http://localhost:3000" }';
    const pair = volume('API_HOST: api, API_PORT: "3000"', asked);
    assert.deepEqual(calledIn(pair)[0]?.ports, [{ target: 3000, mode: "http" }]);
  });

  it("have the ports that x-slipway says, and no other", () => {
    assert.deepEqual(portsFor("http://api:3000", undefined, "x-slipway: { http: [9000] }"), [9000]);
    assert.deepEqual(portsFor("http://api:3000", undefined, "x-slipway: { http: [] }"), []);
  });

  it("are found on their other ports as well, as they are", () => {
    const [api] = calledIn(`
  web: { image: web, environment: { API: "http://api:3000" } }
  api: { image: api, expose: ["3000", "9000"] }`);
    assert.deepEqual(api?.ports, [
      { target: 3000, mode: "http" },
      { target: 9000, mode: "tcp" },
    ]);
  });

  it("may share a port, whatever they speak there: each name has a door of its own", () => {
    const called = calledIn(`
  web: { image: web, environment: { A: "http://a:80", B: "http://b:80" } }
  a: { image: a, expose: ["9000"] }
  b: { image: b, expose: ["9000"] }`);
    assert.deepEqual(
      called.map(({ service, ports }) => [service, ports.map(({ target }) => target)]),
      [
        ["a", [80, 9000]],
        ["b", [80, 9000]],
      ],
    );
  });

  const byUdp: [what: string, web: string, api: string][] = [
    ["the service exposes", "", 'expose: ["53/udp"]'],
    ["a URL names", ", STATS: udp://api:53", ""],
  ];
  for (const [what, web, api] of byUdp) {
    const services = (more: string) => `
  web: { image: web, environment: { API: "http://api:3000"${web} } }
  api: { image: api, ${[api, more].filter(Boolean).join(", ")} }`;
    it(`are not those with a port by UDP that ${what}: the name leads to the containers, and a notice says so`, () => {
      const { called, warnings } = applicationOf({ "compose.yaml": `services:\n${services("")}` });
      assert.deepEqual(called, []);
      assert.match(
        warnings.join("\n"),
        /service api is called by HTTP and by UDP \(port 53\), so its name leads to its/,
      );
    });

    it(`are those with a port by UDP that ${what} where x-slipway says so, and a notice says what is lost`, () => {
      const text = `services:\n${services("x-slipway: { http: [3000] }")}`;
      const { called, warnings } = applicationOf({ "compose.yaml": text });
      assert.deepEqual(
        called.map(({ service }) => service),
        ["api"],
      );
      assert.match(warnings.join("\n"), /nobody reaches that port by name\. Take x-slipway\.http away/);
    });
  }
});

it("what nothing calls has no edge", () => {
  const config = applicationOf({ "compose.yaml": "services: { web: { image: web } }" }).config;
  assert.deepEqual(calledServices(config), []);

  it("leads to the edge on none but the stage's own networks", () => {
    const { called } = applicationOf({
      "compose.yaml": `services:
  web: { image: web, environment: { API: "http://api:3000" }, networks: [own, lan] }
  api: { image: api, networks: { own: , lan: { aliases: [shop-api] } } }
  alone: { image: alone, networks: [lan], x-slipway: { http: [80] } }
networks: { own: , lan: { external: true, name: company } }`,
    });
    assert.deepEqual(
      called.map(({ service, names }) => [service, names]),
      [["api", { own: ["api"] }]],
    );
  });
});
