import assert from "node:assert/strict";
import { collide, named, portClaim, type Claim } from "../../../docker/holders/claims";
import { handovers, yieldingTo } from "../../../docker/holders/handover";
import { holders, type Listed } from "../../../docker/holders/holder";
import { claimsOf, stageClaims } from "../../../plan/claims";
import { applicationOf } from "../../components/project";

const compose = (service: string, more = ""): string => `
services:
  db:
    image: app:7
${service.replace(/^/gm, "    ")}
${more}`;
const claims = (service: string, more?: string): Claim[] => {
  const { config } = applicationOf({ "compose.yaml": compose(service, more) }, {});
  return Object.values(config.services).flatMap((db) => claimsOf(db, config.volumes));
};

describe("what a container holds alone", () => {
  it("are the volumes that it writes to, by the Engine's name", () => {
    const volumes = "volumes: { data: , own: { name: records } }";
    assert.deepEqual(claims('volumes: ["data:/a", "own:/b", "data:/c:ro"]', volumes), [
      { kind: "volume", name: "shop-staging_data" },
      { kind: "volume", name: "records" },
    ]);
  });

  it("are the folders that it writes to, and the ports that no edge holds for it", () => {
    assert.deepEqual(
      claims(
        'volumes: ["/srv/data:/data"]\nports: ["127.0.0.1:5432:5432", "53:53/udp", { target: 80, published: "8080", app_protocol: http }, "90"]',
      ),
      [
        { kind: "folder", path: "/srv/data" },
        { kind: "port", port: 5432, protocol: "tcp", ip: "127.0.0.1" },
        { kind: "port", port: 53, protocol: "udp" },
      ],
    );
  });

  it("are with a volume the folder, of the machine or of a server, that it is a name for", () => {
    const volumes = `volumes:
  bound: { driver_opts: { type: none, o: bind, device: /srv/data } }
  served: { driver_opts: { type: nfs, o: "addr=10.0.0.9,rw", device: ":/export" } }
  short: { driver_opts: { type: tmpfs, device: tmpfs } }`;
    assert.deepEqual(claims('volumes: ["bound:/a", "served:/b", "short:/c"]', volumes), [
      { kind: "volume", name: "shop-staging_bound" },
      { kind: "folder", path: "/srv/data" },
      { kind: "volume", name: "shop-staging_served" },
      { kind: "folder", path: "10.0.0.9:/export" },
      { kind: "volume", name: "shop-staging_short" },
    ]);
  });

  it("are its fixed addresses", () => {
    const networks = "networks: { back: { ipam: { config: [{ subnet: 10.7.0.0/24 }] } } }";
    assert.deepEqual(claims("networks: { back: { ipv4_address: 10.7.0.5 } }", networks), [
      { kind: "address", address: "10.7.0.5" },
    ]);
  });

  it("are no volumes where several containers may write to them", () => {
    const shared = 'volumes: ["data:/a"]\nports: ["70:70"]\nx-slipway: { sharesVolumes: true }';
    assert.deepEqual(claims(shared, "volumes: { data: }"), [{ kind: "port", port: 70, protocol: "tcp" }]);
  });

  it("is told for each part of a stage", () => {
    const application = applicationOf(
      {
        "compose.yaml": compose(
          'volumes: ["data:/a"]',
          `  seed: { image: redis:7, profiles: [job], volumes: ["data:/a"] }
  web: { image: redis:7, ports: [{ target: 80, published: "8080", app_protocol: http, host_ip: 127.0.0.1 }] }
volumes: { data: }`,
        ),
      },
      {},
    );
    const data: Claim = { kind: "volume", name: "shop-staging_data" };
    assert.deepEqual(stageClaims(application, { port: 5000 }), {
      "service db": [data],
      "job seed": [data],
      "service web": [],
      "role edge": [{ kind: "port", port: 8080, protocol: "tcp", ip: "127.0.0.1" }],
      "role registry": [{ kind: "port", port: 5000, protocol: "tcp", ip: "127.0.0.1" }],
    });
  });
});

describe("two containers", () => {
  const folder = (path: string): Claim => ({ kind: "folder", path });
  for (const [what, one, other, expected] of [
    ["the same volume", { kind: "volume", name: "a" }, { kind: "volume", name: "a" }, true],
    ["two volumes", { kind: "volume", name: "a" }, { kind: "volume", name: "b" }, false],
    ["the same folder", folder("/srv/a"), folder("/srv/a/"), true],
    ["a folder and one in it", folder("/srv"), folder("/srv/a"), true],
    ["two folders that begin alike", folder("/srv/a"), folder("/srv/ab"), false],
    ["all of the machine and a folder", folder("/"), folder("/srv"), true],
    ["a port of one address", portClaim(80, "tcp", "127.0.0.1"), portClaim(80, "tcp", "127.0.0.1"), true],
    ["a port of two addresses", portClaim(80, "tcp", "127.0.0.1"), portClaim(80, "tcp", "10.0.0.1"), false],
    ["a port of one address and of all", portClaim(80, "tcp", "127.0.0.1"), portClaim(80, "tcp", "0.0.0.0"), true],
    ["a port of all addresses, of both families", portClaim(80, "tcp", "::"), portClaim(80, "tcp", "0.0.0.0"), true],
    ["a port of two protocols", portClaim(53, "tcp"), portClaim(53, "udp"), false],
    ["the same address", { kind: "address", address: "10.0.0.1" }, { kind: "address", address: "10.0.0.1" }, true],
    ["a volume and a folder of one name", { kind: "volume", name: "/a" }, folder("/a"), false],
  ] as [string, Claim, Claim, boolean][]) {
    it(`${expected ? "cannot" : "can"} hold ${what}`, () => {
      assert.equal(collide(one, other), expected);
      assert.equal(collide(other, one), expected);
    });
  }

  it("are told of it in words", () => {
    const all: Claim[] = [
      { kind: "volume", name: "a" },
      { kind: "folder", path: "/a" },
      portClaim(80, "tcp", "127.0.0.1"),
      portClaim(53, "udp"),
      { kind: "address", address: "10.0.0.1" },
    ];
    const words = ["the volume a", "the folder /a", "the port 80", "the port 53/udp", "the address 10.0.0.1"];
    assert.deepEqual(all.map(named), words);
  });
});

describe("a container on another one's network", () => {
  const listed = (id: string, service: string, mode: string): Listed => ({
    Id: id,
    Names: [`/shop-staging-${service}`],
    Image: service,
    Labels: { "slipway.project": "shop", "slipway.stage": "staging", "slipway.service": service },
    State: "running",
    Ports: [],
    Mounts: [],
    HostConfig: { NetworkMode: mode },
    NetworkSettings: { Networks: {} },
  });
  const running = holders([listed("2", "web", "container:1"), listed("1", "vpn", "bridge")]);

  it("is known as its guest", () => assert.deepEqual(running[0]?.claims, [{ kind: "guest", of: "vpn" }]));

  it("stops for the other's successor, and nothing of its goes to another", () => {
    const next = { "service vpn": [{ kind: "network", of: "vpn" }], "service web": [] } satisfies Record<
      string,
      Claim[]
    >;
    const parts = (part: string): string[] => yieldingTo(part, next, running).map(({ holder }) => holder.part);
    assert.deepEqual(parts("service vpn"), ["service web", "service vpn"]);
    assert.deepEqual(parts("service web"), ["service web"]);
    assert.deepEqual(handovers(next, running), []);
  });
});
