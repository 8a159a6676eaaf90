import assert from "node:assert/strict";
import { insidePort, listeners, upstreams, type Called, type Route } from "../../../components/edge/layout";

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
        mode: "http",
        from: "outside",
        behind: [{ upstream: { service: "web", target: 3000, mode: "http" }, hosts: [] }],
      },
      {
        name: "called_3000",
        port: 3000,
        mode: "http",
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

  for (const published of [3000, 9901, 9902]) {
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
        { ...web, published: 3000 },
        { ...web, published: 23_000 },
      ],
      [api],
    );
    assert.deepEqual(
      listening.map(({ port }) => port),
      [23_000, 23_001, 3000],
    );
  });

  it("has services that share a port told apart by their names", () => {
    const admin = { ...api, service: "admin", names: { front: ["admin"] } };
    const [listener] = listeners([], [admin, api]);
    assert.deepEqual(
      listener?.behind.map(({ upstream, hosts }) => [upstream.service, hosts]),
      [
        ["admin", ["admin"]],
        ["api", ["api", "backend"]],
      ],
    );
  });

  it("has each port of a service behind it once", () => {
    const both = listeners([web], [{ ...api, service: "web" }]);
    assert.deepEqual(upstreams(both), [{ service: "web", target: 3000, mode: "http" }]);
  });
});
