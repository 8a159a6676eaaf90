import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Server } from "node:net";
import { checkMachine, openRoutes, portsOf } from "../../plan/conflicts";
import { holds } from "../../machine/kinds/local";
import type { FoundMachine } from "../../machine/machine";
import { applicationOf } from "../components/project";

const id = { project: "shop", stage: "staging" };
const compose = `
services:
  web: { image: web, ports: [{ target: 80, published: "\${WEB}", app_protocol: http, host_ip: 127.0.0.1 }] }
  db: { image: db, ports: ["127.0.0.1:\${DB}:5432", "9", "\${DB}:53/udp"], volumes: ["data:/data"] }
volumes: { data: }
`;

const machineWith = (machine: Partial<FoundMachine>): FoundMachine => ({
  name: "this machine",
  holds,
  platform: "linux/amd64",
  volumes: new Map(),
  ports: new Map(),
  holders: new Map(),
  edges: new Map(),
  ...machine,
});

const appOn = (WEB: number, DB: number, text = compose) =>
  applicationOf({ "compose.yaml": text }, { env: { WEB: String(WEB), DB: String(DB) } });

/** Checks an application on a machine, its ports included unless none is given. */
const check = (machine: Partial<FoundMachine>, application = appOn(1, 2), ports = [] as ReturnType<typeof portsOf>) =>
  checkMachine(id, ports, application, machineWith(machine));

const by = (variable: string): string => `with the variable ${variable} (slipway:env.${variable})`;

describe("the ports that a stage is to hold", () => {
  it("are its HTTP ports, its raw ones with a number, and its registry's", () => {
    assert.deepEqual(portsOf(appOn(8080, 5432), { port: 5000 }), [
      { holder: "the service db", port: 5432, protocol: "tcp", ip: "127.0.0.1", remedy: by("DB") },
      { holder: "the service db", port: 5432, protocol: "udp", ip: undefined, remedy: by("DB") },
      { holder: "the service web", port: 8080, protocol: "tcp", ip: "127.0.0.1", remedy: by("WEB") },
      { holder: "the registry", port: 5000, protocol: "tcp", ip: "127.0.0.1" },
    ]);
  });

  it("are open in a cloud where others than the machine itself may reach them", () => {
    const route = (published: number, hostIp?: string) => ({ service: "web", target: 80, published, hostIp });
    const routes = [route(1), route(2, "0.0.0.0"), route(3, "10.0.0.5"), route(4, "127.0.0.1"), route(5, "::1")];
    assert.deepEqual(openRoutes(routes, 80), [1, 2, 3, 80]);
  });
});

describe("a machine with somebody else's", () => {
  let server: Server;
  let taken: number;

  before((done) => {
    server = createServer().listen(0, "127.0.0.1", () => {
      taken = (server.address() as AddressInfo).port;
      done();
    });
  });

  after((done) => void server.close(done));

  it("port, held by another program, is refused", async () => {
    const application = appOn(taken, 2);
    const ports = portsOf(application).filter(({ port }) => port === taken);
    await assert.rejects(
      check({}, application, ports),
      new Error(
        `The port ${taken} of the service web is held by another program on this machine: stop that, or choose another port with the variable WEB (slipway:env.WEB).`,
      ),
    );
  });

  const remedies: [string, string, Record<string, string>, string][] = [
    [
      "a number",
      "ports: ['8080:80']",
      {},
      "at compose.yaml:2:30, or for this stage alone in its overlay (slipway:overlay): services: { web: { ports: !override […] } }, with all ports that it is to have",
    ],
    [
      "a number of the long form",
      "ports: [{ target: 80, published: '8080' }]",
      {},
      "at compose.yaml:2:30, or for this stage alone",
    ],
    ["a variable", "ports: ['${PORT}:80']", { PORT: "8080" }, "with the variable PORT (slipway:env.PORT)"],
    ["a variable's default", "ports: ['${PORT:-8080}:80']", {}, "with the variable PORT (slipway:env.PORT)"],
    [
      "a variable of the long form",
      "ports: [{ target: 80, published: '${PORT}', app_protocol: http }]",
      { PORT: "8080" },
      "with the variable PORT (slipway:env.PORT)",
    ],
    [
      "a number beside a variable for its address",
      "ports: ['${IP}:8080:80']",
      { IP: "127.0.0.1" },
      "at compose.yaml:2:30, or for this stage alone",
    ],
    [
      "a number beside a variable for the port inside",
      "ports: [{ target: '${INSIDE}', published: '8080' }]",
      { INSIDE: "81" },
      "at compose.yaml:2:30, or for this stage alone",
    ],
  ];
  for (const [what, section, env, remedy] of remedies) {
    it(`port, which is written as ${what}, is refused with the way to choose another`, async () => {
      const application = applicationOf({ "compose.yaml": `services:\n  web: { image: web, ${section} }\n` }, { env });
      const machine = { ports: new Map([["8080/tcp", { name: "other" }]]) };
      await assert.rejects(check(machine, application, portsOf(application)), (error: Error) => {
        assert.ok(
          error.message.startsWith(
            "The port 8080 of the service web is held by the container other: stop that, or choose another port ",
          ),
        );
        assert.ok(error.message.includes(` port ${remedy}`), error.message);
        return true;
      });
    });
  }

  it("port is refused where a service wants what the stage itself holds", async () => {
    const application = applicationOf({ "compose.yaml": "services:\n  a: { image: a, ports: ['5000:80'] }\n" });
    const wanted =
      /^Error: The port 5000 of the registry is wanted by the service a as well: choose another port with slipway:registry\.port\.$/;
    await assert.rejects(check({}, application, portsOf(application, { port: 5000 })), wanted);
    const elsewhere = [
      { holder: "a", port: 1, protocol: "tcp", ip: "127.0.0.1" },
      { holder: "b", port: 1, protocol: "tcp", ip: "127.0.0.2" },
      { holder: "c", port: 1, protocol: "udp" },
    ];
    await check({ holds: () => Promise.resolve(false) }, appOn(1, 2), elsewhere);
  });

  it("port, held by another container, is refused by that name", async () => {
    const machine = { ports: new Map([["5000/tcp", { name: "old-registry" }]]) };
    const ports = [{ holder: "the registry", port: 5000, protocol: "tcp", ip: "127.0.0.1" }];
    await assert.rejects(
      check(machine, appOn(1, 2), ports),
      new Error(
        "The port 5000 of the registry is held by the container old-registry: stop that, or choose another port with slipway:registry.port.",
      ),
    );
  });

  it("port, held by this very stage, is its own", async () => {
    const machine = { ports: new Map([[`${taken}/tcp`, { name: "edge", stage: "shop/staging" }]]) };
    await check(machine, appOn(taken, 2), [
      { holder: "the service web", port: taken, protocol: "tcp", ip: "127.0.0.1" },
    ]);
  });

  it("volume is refused by the stage that it belongs to", async () => {
    await assert.rejects(
      check({ volumes: new Map([["shop-staging_data", "shop/production"]]) }),
      new Error(
        "The volume data is named shop-staging_data, which belongs to the stage shop/production: take name: away, or put the stage into it, as in name: ${SLIPWAY_STAGE}_data.",
      ),
    );
  });

  it("volume is refused with advice that fits where project and stage make another's name", async () => {
    const twin = new Map([["shop-eu-staging_data", "shop-eu/staging"]]);
    const stage = { project: "shop", stage: "eu-staging" };
    const application = applicationOf({ "compose.yaml": compose }, { stage: "eu-staging", env: { WEB: "1", DB: "2" } });
    await assert.rejects(
      checkMachine(stage, [], application, machineWith({ volumes: twin })),
      new Error(
        "The volume data is named shop-eu-staging_data, which belongs to the stage shop-eu/staging: project and stage make the same name of both; give it another name in this stage's overlay, as in volumes: { data: { name: shop.eu-staging_data } }.",
      ),
    );
    for (const own of ["edge", "edge-certificates", "backups", "registry"]) {
      await assert.rejects(
        checkMachine(
          stage,
          [],
          appOn(1, 2),
          machineWith({ volumes: new Map([[`shop-eu-staging-${own}`, "shop-eu/staging"]]) }),
        ),
        new Error(
          `This stage, shop/eu-staging, and the stage shop-eu/staging would both call a volume of theirs shop-eu-staging-${own}: give one of the two another name, the project in Pulumi.yaml (name:) or the stage by pulumi stack init.`,
        ),
      );
    }
  });

  it("volume that is nobody's is adopted, and its own is its own", async () => {
    await check({ volumes: new Map([["shop-staging_data", undefined]]) });
    await check({ volumes: new Map([["shop-staging_data", "shop/staging"]]) });
  });

  it("external volume must be there", async () => {
    const external = appOn(
      1,
      2,
      "services: { db: { image: db, volumes: ['old:/data'] } }\nvolumes: { old: { external: true, name: old-data } }",
    );
    await assert.rejects(
      check({}, external),
      new Error(
        "The volume old is external and named old-data, which this machine does not have: create it (docker volume create old-data), or take external away.",
      ),
    );
    await check({ volumes: new Map([["old-data", undefined]]) }, external);
  });
});
