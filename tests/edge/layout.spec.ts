import assert from "node:assert/strict";
import { calledPort, insidePort, listeners, upstreams, type Called, type Route } from "../../edge/layout";

const web: Route = { service: "web", published: 8080, target: 3000 };

const api: Called = {
  service: "api",
  names: { front: ["api"], back: ["api", "backend"] },
  ports: [{ target: 3000, mode: "http" }],
};

describe("where an edge listens", () => {
  it("is the published port and the port that a service is called on", () => {
    assert.deepEqual(listeners([web], [api]), [
      {
        name: "published_8080",
        port: 8080,
        published: 8080,
        from: "outside",
        behind: [{ upstream: { service: "web", target: 3000, mode: "http" }, hosts: [] }],
      },
      {
        name: "called_api",
        port: calledPort,
        from: "inside",
        behind: [{ upstream: { service: "api", target: 3000, mode: "http" }, hosts: ["api", "backend"] }],
      },
    ]);
  });

  it("is once for a port that is published on two addresses", () => {
    const twice = [
      { ...web, hostIp: "127.0.0.1" },
      { ...web, hostIp: "::1" },
    ];
    assert.equal(listeners(twice, []).length, 1);
  });

  it("is at the published port itself, also where others call that port by name", () => {
    assert.equal(insidePort(3000, listeners([{ ...web, published: 3000 }], [api])), 3000);
  });

  it("tells a port that none but the machine reaches from others", () => {
    const isLocal = (...ips: (string | undefined)[]) =>
      listeners(
        ips.map((hostIp) => ({ ...web, hostIp })),
        [],
      )[0]?.isLocal ?? false;
    assert.deepEqual([isLocal("127.0.0.1"), isLocal("127.0.0.1", "::1")], [true, true]);
    assert.deepEqual([isLocal(undefined), isLocal("0.0.0.0"), isLocal("127.0.0.1", "10.0.0.1")], [false, false, false]);
  });

  it("tells a port that is open by IPv6, as the Engine hides those callers", () => {
    const hidesCallers = (...ips: (string | undefined)[]) =>
      listeners(
        ips.map((hostIp) => ({ ...web, hostIp })),
        [],
      )[0]?.hidesCallers ?? false;
    assert.deepEqual([hidesCallers("::"), hidesCallers("127.0.0.1", "2001:db8::7")], [true, true]);
    assert.deepEqual([hidesCallers(undefined), hidesCallers("::1"), hidesCallers("0.0.0.0")], [false, false, false]);
  });

  for (const published of [9900, 9901, 9904, 9906]) {
    it(`is elsewhere for ${published}, which is taken inside`, () => {
      const listening = listeners([{ ...web, published }], [api]);
      assert.equal(insidePort(published, listening), published + 20_000);
    });
  }

  for (const [published, port] of [
    [3000, 23_000],
    [45_535, 65_535],
    [45_536, 25_536],
    [65_535, 45_535],
  ] as const) {
    it(`is ${port} for a tunnel that leads to ${published}, whether or not services call each other there`, () => {
      const tunnelled = [{ ...web, published, hosts: ["shop.example.com"] }];
      assert.equal(insidePort(published, listeners(tunnelled, [])), port);
      assert.equal(insidePort(published, listeners(tunnelled, [api])), port);
    });
  }

  it("is apart for two published ports that both are taken inside", () => {
    const listening = listeners(
      [
        { ...web, published: 9901 },
        { ...web, published: 29_901 },
      ],
      [],
    );
    assert.deepEqual(
      listening.map(({ port }) => port),
      [29_901, 29_902],
    );
  });

  it("is one port for all names: their doors say which of them was called", () => {
    const admin = { ...api, service: "admin", names: { front: ["admin"] } };
    assert.deepEqual(
      listeners([], [admin, api]).map(({ name, port }) => [name, port]),
      [
        ["called_admin", calledPort],
        ["called_api", calledPort],
      ],
    );
  });

  it("has each port of a service behind it once for each way to speak to it", () => {
    const both = listeners([web], [{ ...api, service: "web" }]);
    assert.deepEqual(upstreams(both), [
      { service: "web", target: 3000, mode: "http" },
      { service: "web", target: 3000, mode: "h2" },
      { service: "web", target: 0, mode: "tcp" },
    ]);
  });
});
