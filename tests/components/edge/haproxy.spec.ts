import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  edgeConfig,
  paths,
  releaseMap,
  serversConfig,
  switchCommands,
  type Route,
} from "../../../components/edge/haproxy";

const routes: Route[] = [
  { service: "web", published: 8080, target: 3000 },
  { service: "web", published: 8081, hostIp: "127.0.0.1", target: 3001 },
  { service: "my-api.v2", published: 9000, target: 5000 },
];

/** The same port on two addresses: the edge listens once, Docker publishes twice. */
const twice: Route[] = [
  { service: "web", published: 8080, hostIp: "127.0.0.1", target: 3000 },
  { service: "web", published: 8080, hostIp: "::1", target: 3000 },
];

const containers = { web: "shop-staging-web-1a2b3c4", "my-api.v2": "shop-staging-my-api.v2-5d6e7f8" };

const count = (text: string, line: string): number => text.split("\n").filter((other) => other.trim() === line).length;

describe("the edge's configuration", () => {
  it("listens on each port once, and sends it to the backend of its name", () => {
    const config = edgeConfig("staging", routes);
    for (const { service, published } of routes) {
      assert.equal(count(config, `frontend ${service}_${published}`), 1);
      assert.equal(count(config, `bind :${published}`), 1);
      assert.equal(count(config, `default_backend ${service}_${published}`), 1);
    }
    assert.equal(count(edgeConfig("staging", twice), "bind :8080"), 1);
  });

  it("keeps its administration to its own network namespace", () => {
    const [socket] = edgeConfig("staging", routes).match(/stats socket .*/) ?? [];
    assert.equal(socket, "stats socket ipv4@127.0.0.1:9901 level admin");
  });

  it("tells services their stage and release", () => {
    const config = edgeConfig("production", routes);
    assert.equal(count(config, "http-request set-header X-Slipway-Stage production"), routes.length);
    assert.equal(count(config, "http-request set-header X-Slipway-Release %[var(txn.release)]"), routes.length);
  });

  it("does not change with the containers", () => {
    assert.ok(!edgeConfig("staging", routes).includes("1a2b3c4"));
  });

  it("names the containers of each route apart", () => {
    const servers = serversConfig(routes, containers);
    assert.equal(
      servers,
      [
        "backend web_8080\n  server app shop-staging-web-1a2b3c4:3000\n",
        "backend web_8081\n  server app shop-staging-web-1a2b3c4:3001\n",
        "backend my-api.v2_9000\n  server app shop-staging-my-api.v2-5d6e7f8:5000\n",
      ].join("\n"),
    );
    assert.equal(count(serversConfig(twice, containers), "backend web_8080"), 1);
  });

  it("sends a route nowhere before there is a container", () => {
    assert.match(serversConfig(routes, {}), /backend web_8080\n {2}server app none\.invalid:3000\n/);
  });

  it("switches all routes and the release in one go", () => {
    assert.deepEqual(switchCommands(routes, containers, "v1-20260101-000000").split("; "), [
      "set server web_8080/app fqdn shop-staging-web-1a2b3c4",
      "set server web_8081/app fqdn shop-staging-web-1a2b3c4",
      "set server my-api.v2_9000/app fqdn shop-staging-my-api.v2-5d6e7f8",
      `set map ${paths.release} current v1-20260101-000000`,
    ]);
    assert.equal(switchCommands(twice, containers, "v1").split("; ").length, 2);
  });

  it("leaves a route as it is for which there is no container", () => {
    assert.equal(switchCommands(routes, {}, "v1"), `set map ${paths.release} current v1`);
  });
});

describe(`HAProxy${onPath() ? "" : ", pending: no haproxy on PATH (Debian: apt-get install haproxy)"}`, () => {
  /** Lets HAProxy check the configuration of an edge, whose files lie in a folder of the test's. */
  const check = (given: Route[], serving: Record<string, string>): string => {
    const directory = mkdtempSync(join(tmpdir(), "slipway-edge-"));
    const at = (path: string): string => join(directory, path.split("/").at(-1) ?? "");
    const local = (text: string): string =>
      Object.values(paths).reduce((all, path) => all.replaceAll(path, at(path)), text);
    try {
      writeFileSync(at(paths.config), local(edgeConfig("staging", given)));
      writeFileSync(at(paths.servers), serversConfig(given, serving));
      writeFileSync(at(paths.release), releaseMap("none"));
      return execFileSync("haproxy", ["-c", "-f", at(paths.config), "-f", at(paths.servers)], {
        encoding: "utf8",
        stdio: "pipe",
      });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };

  const cases: [string, Route[], Record<string, string>][] = [
    ["before there is any container", routes, {}],
    ["with containers that have no address yet", routes, containers],
    ["with one port on two addresses", twice, containers],
  ];
  for (const [what, given, serving] of cases) {
    it(`takes the edge's configuration ${what}`, function () {
      if (!onPath()) {
        this.skip();
      }
      assert.match(check(given, serving), /Configuration file is valid/);
    });
  }
});

function onPath(): boolean {
  try {
    execFileSync("haproxy", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
