import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edgeConfig, upstreamList } from "../../../components/edge/config";
import { listeners, paths, type Called, type Listener, type Route } from "../../../components/edge/layout";
import { containersText } from "../../../components/edge/state";

const routes: Route[] = [
  { service: "web", published: 8080, target: 3000 },
  { service: "my-api.v2", published: 9000, hostIp: "127.0.0.1", target: 5000 },
];

const called: Called[] = [
  { service: "api", names: { front: ["api", "backend"] }, ports: [{ target: 5000, mode: "http" }] },
  { service: "admin", names: { front: ["admin"] }, ports: [{ target: 5000, mode: "http" }] },
  { service: "cache", names: { front: ["cache"] }, ports: [{ target: 6379, mode: "tcp" }] },
];

const guard = join(__dirname, "../../../components/edge/guard.sh");

const count = (text: string, line: string): number => text.split("\n").filter((other) => other.trim() === line).length;

describe("the edge's configuration", () => {
  const config = edgeConfig("production", listeners(routes, called));

  it("listens once on each port", () => {
    for (const port of [8080, 9000, 5000, 6379]) {
      assert.equal(count(config, `bind :${port}`), 1);
    }
  });

  it("keeps its administration, and releases on trial, to its own network namespace", () => {
    const others = [...config.matchAll(/(?:bind|stats socket) (\S+)/g)].map(([, place]) => place);
    assert.deepEqual(
      others.filter((place) => !/^:\d+$/.test(place ?? "")),
      ["ipv4@127.0.0.1:9901", "127.0.0.1:9902"],
    );
  });

  it("tells services their stage and release, and what callers from outside asked for", () => {
    assert.equal(count(config, "http-request set-header X-Slipway-Stage production"), 3);
    assert.equal(count(config, "http-request set-header X-Slipway-Release %[var(txn.release)]"), 3);
    assert.equal(count(config, "http-request set-header X-Forwarded-Port 8080"), 1);
    assert.equal(count(config, "option forwardfor"), 2);
  });

  it("refuses a request that does not say which of several services it means", () => {
    assert.match(
      config,
      /return status 421 .*: api, backend, admin\..* unless \{ req\.hdr\(host\),host_only -i -m str api /,
    );
  });
});

describe("the guard", () => {
  it("gives each upstream a place in both slots", () => {
    inFolder((folder) => {
      writeFileSync(join(folder, "upstreams"), upstreamList(listeners(routes.slice(0, 1), called.slice(2))));
      writeFileSync(join(folder, "containers"), containersText({ a: { web: "shop-web-1" }, b: {} }));
      assert.deepEqual(serversOf(folder).split("\n"), [
        "backend web_3000_a",
        "  mode http",
        "  server app shop-web-1:3000",
        "backend web_3000_b",
        "  mode http",
        "  server app none.invalid:3000",
        "backend cache_6379_a",
        "  mode tcp",
        "  server app none.invalid:6379",
        "backend cache_6379_b",
        "  mode tcp",
        "  server app none.invalid:6379",
        "",
      ]);
    });
  });

  it("finds its files where the edge has them", () => {
    const script = readFileSync(guard, "utf8");
    const at = (name: string) => script.includes(`$state/${name}`) || script.includes(`$config/${name}`);
    for (const path of Object.values(paths).filter((path) => !path.endsWith("/haproxy") && path !== paths.guard)) {
      assert.ok(at(path.split("/").at(-1) ?? ""), path);
    }
  });
});

describe(`HAProxy${onPath() ? "" : ", pending: no haproxy on PATH (Debian: apt-get install haproxy)"}`, () => {
  const cases: [string, Listener[], Record<string, string>][] = [
    ["before there is any container", listeners(routes, called), {}],
    ["with containers that have no address yet", listeners(routes, called), { web: "shop-web-1", api: "shop-api-1" }],
    ["without published ports", listeners([], called), {}],
  ];
  for (const [what, listening, serving] of cases) {
    it(`takes the edge's configuration ${what}`, function () {
      if (!onPath()) {
        this.skip();
      }
      assert.match(checked(listening, serving), /Configuration file is valid/);
    });
  }
});

/** Lets HAProxy check the configuration of an edge, whose files lie in a folder of the test's. */
function checked(listening: Listener[], serving: Record<string, string>): string {
  return inFolder((folder) => {
    const local = (text: string): string => text.replaceAll(/\/(?:usr\/local\/etc|var\/lib)\/haproxy\//g, `${folder}/`);
    writeFileSync(join(folder, "haproxy.cfg"), local(edgeConfig("staging", listening)));
    writeFileSync(join(folder, "upstreams"), upstreamList(listening));
    writeFileSync(join(folder, "containers"), containersText({ a: serving, b: {} }));
    writeFileSync(join(folder, "serving.map"), "slot none\n");
    writeFileSync(join(folder, "releases.map"), "a none\nb none\n");
    writeFileSync(join(folder, "peers.map"), "");
    writeFileSync(join(folder, "servers.cfg"), serversOf(folder));
    const files = ["-f", join(folder, "haproxy.cfg"), "-f", join(folder, "servers.cfg")];
    return execFileSync("haproxy", ["-c", ...files], { encoding: "utf8", stdio: "pipe" });
  });
}

function serversOf(folder: string): string {
  const env = { ...process.env, EDGE_STATE: folder, EDGE_CONFIG: folder };
  return execFileSync("bash", [guard, "servers"], { encoding: "utf8", env });
}

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "slipway-edge-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function onPath(): boolean {
  try {
    execFileSync("haproxy", ["-v"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
