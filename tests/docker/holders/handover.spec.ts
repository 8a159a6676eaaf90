import assert from "node:assert/strict";
import { portClaim, type Claim } from "../../../docker/holders/claims";
import { handovers, toldOf, yieldingTo, type Claims } from "../../../docker/holders/handover";
import { holders, holdersByStage, partOf, type Holder, type Listed } from "../../../docker/holders/holder";

const volume = (name: string): Claim => ({ kind: "volume", name });
const running = (part: string, ...claims: Claim[]): Holder => ({
  id: part,
  name: part,
  part,
  image: "redis",
  claims,
  isRunning: true,
});
const yields = (part: string, next: Claims, ...all: Holder[]): string[] =>
  yieldingTo(part, next, all).map(({ holder }) => holder.id);

describe("what stops before a container is made", () => {
  it("is a renamed service, which holds what the new one wants", () => {
    const next = { "service database": [volume("data")] };
    assert.deepEqual(yields("service database", next, running("service db", volume("data"))), ["service db"]);
  });

  it("is the former container of the same service, whatever that holds", () => {
    const next = { "service db": [volume("b")] };
    assert.deepEqual(yields("service db", next, running("service db", volume("a"))), ["service db"]);
  });

  it("is a service that stays and gives its volume away", () => {
    const next = { "service a": [], "service b": [volume("data")] };
    assert.deepEqual(yields("service b", next, running("service a", volume("data"))), ["service a"]);
  });

  it("are both of two that swap", () => {
    const next = { "service a": [portClaim(2, "tcp")], "service b": [portClaim(1, "tcp")] };
    const all = [running("service a", portClaim(1, "tcp")), running("service b", portClaim(2, "tcp"))];
    assert.deepEqual(yields("service a", next, ...all), ["service a", "service b"]);
  });

  it("is not a service that shares the volume in the release to come", () => {
    const next = { "service web": [volume("media")], "service worker": [volume("media")] };
    const all = [running("service web", volume("media")), running("service old-worker", volume("media"))];
    assert.deepEqual(yields("service worker", next, ...all), ["service old-worker"]);
  });

  it("is a service whose port goes to the edge, and an edge whose port goes to a service", () => {
    const port = portClaim(8080, "tcp");
    assert.deepEqual(yields("role edge", { "role edge": [port] }, running("service a", port)), ["service a"]);
    assert.deepEqual(yields("service a", { "service a": [port] }, running("role edge", port)), ["role edge"]);
  });

  it("is what gives its volume to a check, and a check that was left over, which the new one is none to take up", () => {
    const next = { "service db": [], "check audit": [volume("data")] };
    const all = [running("service db", volume("data")), running("check audit", volume("data"))];
    assert.deepEqual(yields("check audit", next, ...all), ["service db", "check audit"]);
  });

  it("is no service that shares its volume with a check of the same release", () => {
    const next = { "service db": [volume("data")], "check audit": [volume("data")] };
    assert.deepEqual(yields("check audit", next, running("service db", volume("data"))), []);
  });

  it("is no job that was left over, which the new update waits for", () => {
    const next = { "job seed": [volume("data")] };
    assert.deepEqual(yields("job seed", next, running("job seed", volume("data"))), []);
    assert.deepEqual(yields("job seed", next, running("service db", volume("data"))), ["service db"]);
  });

  it("is nothing that has ended, or holds something else", () => {
    const next = { "service db": [volume("a")] };
    const ended = { ...running("service old", volume("a")), isRunning: false };
    assert.deepEqual(yields("service db", next, ended, running("service other", volume("b"))), []);
  });
});

describe("what changes its holder", () => {
  const next = { "service database": [volume("data"), portClaim(5432, "tcp")], "service web": [] };
  const all = [running("service db", volume("data"), portClaim(5432, "tcp")), running("service web")];

  it("is found before the update", () => {
    assert.deepEqual(handovers(next, all), [
      { from: "service db", to: "service database", image: "redis", claims: [volume("data"), portClaim(5432, "tcp")] },
    ]);
    assert.deepEqual(handovers({ "service db": [volume("data")] }, all), [], "a service that stays keeps what it has");
  });

  it("is told once where jobs and checks share what a service takes over", () => {
    const data = [volume("data")];
    const told = (claims: Claims): string[] => handovers(claims, all).map(({ from, to }) => `${from} > ${to}`);
    const both = { "job seed": data, "check audit": data };
    assert.deepEqual(told({ ...both, "service database": data }), ["service db > service database"]);
    assert.deepEqual(told(both), ["service db > job seed", "service db > check audit"]);
  });

  it("is told in the preview, with what is saved", () => {
    const [handover] = handovers(next, all);
    assert.ok(handover);
    assert.equal(
      toldOf(handover, ["db"]),
      "The volume data and the port 5432 go from db to database: db is saved and stopped before database is made, so it is down from then on; unless database becomes well, db runs again.",
    );
    assert.match(toldOf(handover, []), /: db is stopped before database is made/);
    assert.match(
      toldOf({ from: "role edge", to: "service a", claims: [portClaim(80, "tcp")] }, []),
      /^The port 80 goes from the edge to a: the edge is stopped/,
    );
  });
});

describe("a container that holds something", () => {
  const listed: Listed = {
    Id: "1",
    Names: ["/shop-production-db-1"],
    Image: "127.0.0.1:5000/shop/postgres@sha256:1",
    Labels: { "slipway.project": "shop", "slipway.stage": "production", "slipway.service": "db" },
    State: "running",
    Ports: [{ IP: "0.0.0.0", PublicPort: 5432, Type: "tcp" }, { Type: "tcp" }],
    Mounts: [
      { Type: "volume", Name: "data", Source: "/var/lib/docker/volumes/data/_data", RW: true },
      { Type: "bind", Source: "/srv/data", RW: true },
      { Type: "bind", Source: "/etc/conf", RW: false },
      { Type: "tmpfs", RW: true },
    ],
    NetworkSettings: { Networks: { back: { IPAMConfig: { IPv4Address: "10.7.0.5" } }, front: { IPAMConfig: null } } },
  };

  it("is read from the Engine's list", () => {
    assert.deepEqual(holders([listed]), [
      {
        id: "1",
        name: "shop-production-db-1",
        part: "service db",
        image: "127.0.0.1:5000/shop/postgres@sha256:1",
        claims: [
          volume("data"),
          { kind: "folder", path: "/srv/data" },
          portClaim(5432, "tcp"),
          { kind: "address", address: "10.7.0.5" },
        ],
        reads: ["/etc/conf"],
        isRunning: true,
      },
    ]);
  });

  it("holds the folder that its volume is a name for, so that another name for it is no way around", () => {
    const volumes = [
      { Name: "data", Driver: "local", Labels: null, Options: { type: "none", o: "bind", device: "/srv/records/" } },
    ];
    const running = holders([{ ...listed, Mounts: listed.Mounts?.slice(0, 1) ?? [] }], volumes);
    const next = { "service database": [volume("records"), { kind: "folder", path: "/srv/records" } as const] };
    assert.deepEqual(
      yieldingTo("service database", next, running).map(({ holder }) => holder.part),
      ["service db"],
    );
  });

  it("runs where it is paused or begins again, too", () => {
    const runs = (State: string) => holders([{ ...listed, State }])[0]?.isRunning;
    assert.deepEqual(["running", "paused", "restarting", "created", "exited", "dead"].map(runs), [
      ...[true, true, true],
      ...[false, false, false],
    ]);
  });

  it("is found by its stage, oldest first", () => {
    const newer = { ...listed, Id: "2" };
    assert.deepEqual(
      holdersByStage([newer, listed], [])
        .get("shop/production")
        ?.map(({ id }) => id),
      ["1", "2"],
    );
  });

  it("is a part of its stage by its labels; a backup under way is none", () => {
    assert.equal(partOf({ "slipway.service": "db" }), "service db");
    assert.equal(partOf({ "slipway.job": "seed" }), "job seed");
    assert.equal(partOf({ "slipway.role": "edge" }), "role edge");
    assert.equal(partOf({ "slipway.door": "api" }), "door api");
    assert.equal(partOf({ "slipway.role": "backup" }), undefined);
    assert.equal(partOf({ "slipway.files": "db" }), undefined);
  });
});
