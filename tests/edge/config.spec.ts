import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edgeConfig, parseLayouts } from "../../edge/config";
import { calledPort, listeners, paths, type Called, type Listener, type Route } from "../../edge/layout";
import { pauseProgram } from "../../edge/pause";
import { containersText } from "../../edge/state";
import { around, configOf, linesOf } from "./configOf";

const routes: Route[] = [
  { service: "web", published: 8080, target: 3000 },
  { service: "my-api.v2", published: 9000, hostIp: "127.0.0.1", target: 5000 },
];

const called: Called[] = [
  { service: "api", names: { front: ["api", "backend"] }, ports: [{ target: 5000, mode: "http" }] },
  {
    service: "admin",
    names: { front: ["admin"] },
    ports: [
      { target: 5000, mode: "http" },
      { target: 5001, mode: "http" },
      { target: 6000, mode: "tcp" },
    ],
  },
];

const guard = join(__dirname, "../../edge/guard.sh");
const door = join(__dirname, "../../components/edge/door.sh");

const count = (text: string, line: string): number => text.split("\n").filter((other) => other.trim() === line).length;

describe("the edge's configuration", () => {
  const config = configOf(listeners(routes, called));

  it("listens once on each port, and on one for all names", () => {
    for (const port of [8080, 9000]) {
      assert.equal(count(config, `bind :${port}`), 1);
    }
    assert.equal(count(config, `bind :${calledPort} accept-proxy`), 1);
    assert.equal(count(configOf(listeners(routes, [])), `bind :${calledPort} accept-proxy`), 0);
  });

  it("keeps everything else to its own network namespace", () => {
    const others = [...config.matchAll(/(?:bind|stats socket) (\S+)/g)].map(([, place]) => place ?? "");
    assert.deepEqual(
      others.filter((place) => !/^:\d+$/.test(place)),
      ["ipv4@127.0.0.1:9901", "127.0.0.1:9902", "127.0.0.1:9906", "127.0.0.1:9905"],
    );
  });

  it("tells services their stage and release", () => {
    for (const section of ["published_8080", "published_9000", "called_http", "onward"]) {
      const lines = linesOf(config, `frontend ${section}`);
      assert.ok(lines.includes("http-request set-header X-Slipway-Stage production"), section);
      assert.ok(lines.includes("http-request set-header X-Slipway-Release %[var(txn.release)]"), section);
    }
  });

  it("takes a call on a port that is called by HTTP for it, and any other as it comes", () => {
    const lines = linesOf(config, "frontend called");
    assert.deepEqual(
      lines.filter((line) => line.includes("set-var(txn.http)")),
      [
        "tcp-request content set-var(txn.http) bool(true) if { fc_pp_unique_id -m str api } { dst_port 5000 }",
        "tcp-request content set-var(txn.http) bool(true) if { fc_pp_unique_id -m str admin } { dst_port 5000 5001 }",
      ],
    );
  });

  it("does not refuse a call for the host that it names", () => {
    assert.doesNotMatch(config, /421|req\.hdr\(host\),host_only -i/);
  });

  it("leads a published port to where each slot's release has it", () => {
    const second = listeners([{ service: "web", published: 8080, target: 4000 }], []);
    const both = edgeConfig({ stage: "production" }, { a: listeners(routes, []), b: second }, "b", around);
    const lines = linesOf(both, "frontend published_8080").filter((line) => line.startsWith("use_backend web"));
    assert.deepEqual(
      lines.filter((line) => !line.includes("grpc")),
      ["use_backend web_3000_a if { var(txn.slot) -m str a }", "use_backend web_4000_b if { var(txn.slot) -m str b }"],
    );
    assert.equal(count(both, "bind :9000"), 1, "until the cutover, and for a way back");
  });

  it("says again what each slot was laid out for", () => {
    const layouts = { a: listeners(routes, called), b: listeners(routes.slice(1), []) };
    assert.deepEqual(parseLayouts(edgeConfig({ stage: "production" }, layouts, "a", around)), layouts);
    assert.deepEqual(parseLayouts("global\n"), {});
  });

  it("takes headers of 32 KB", () => {
    assert.deepEqual(
      linesOf(config, "global").filter((line) => line.startsWith("tune.")),
      ["tune.bufsize 40960", "tune.http.maxhdr 220"],
    );
  });
});

describe("the guard", () => {
  it("gives each upstream a place in both slots", () => {
    inFolder((folder) => {
      writeFileSync(join(folder, "edge.cfg"), configOf(listeners(routes.slice(0, 1), called.slice(0, 1))));
      writeFileSync(join(folder, "containers"), containersText({ a: { web: "shop-web-1" }, b: {} }));
      const place = (name: string, mode: string, server: string): string[] => [
        `backend ${name}`,
        `  mode ${mode}`,
        ...(mode === "tcp" ? ["  timeout server 24h", "  option srvtcpka"] : []),
        `  server app ${server}`,
      ];
      assert.deepEqual(serversOf(folder).trimEnd().split("\n"), [
        ...place("web_3000_a", "http", "shop-web-1:3000"),
        ...place("web_3000_h2_a", "http", "shop-web-1:3000 proto h2"),
        ...place("api_5000_a", "http", "none.invalid:5000"),
        ...place("api_5000_h2_a", "http", "none.invalid:5000 proto h2"),
        ...place("api_tcp_a", "tcp", "none.invalid"),
        ...place("web_3000_b", "http", "none.invalid:3000"),
        ...place("web_3000_h2_b", "http", "none.invalid:3000 proto h2"),
        ...place("api_5000_b", "http", "none.invalid:5000"),
        ...place("api_5000_h2_b", "http", "none.invalid:5000 proto h2"),
        ...place("api_tcp_b", "tcp", "none.invalid"),
      ]);
    });
  });

  it("finds its files where the edge has them", () => {
    const script = readFileSync(guard, "utf8");
    const at = (name: string) => script.includes(`$state/${name}`);
    const others: string[] = [paths.state, paths.guard, paths.paused, paths.pauseProgram];
    for (const path of Object.values(paths).filter((path) => !others.includes(path))) {
      assert.ok(at(path.split("/").at(-1) ?? ""), path);
    }
  });
});

describe("a door", () => {
  it("listens on its ports, and says whom it is for", () => {
    inFolder((folder) => {
      writeFileSync(join(folder, "ports"), "3000\n9000\n");
      const config = doorOf(folder);
      assert.match(config, /\n {2}bind :3000\n(?: {2}bind \[::\]:3000 v6only\n)? {2}bind :9000\n/);
      assert.match(
        config,
        /\n {2}unique-id-format api\n {2}server edge slipway-edge:9904 send-proxy-v2 proxy-v2-options /,
      );
    });
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
      assert.match(checked(configOf(listening), serving), /Configuration file is valid/);
    });
  }

  it("takes one that is laid out otherwise in each slot", function () {
    if (!onPath()) this.skip();
    const layouts = { a: listeners(routes, called), b: listeners(routes.slice(1), called.slice(1)) };
    const face = { stage: "staging", trustedProxies: ["10.0.0.0/8", "2001:db8::1"] };
    const config = edgeConfig(face, layouts, "b", around);
    assert.match(checked(config, {}), /Configuration file is valid/);
  });

  it("takes a door's configuration, with ports and without any", function () {
    if (!onPath()) this.skip();
    for (const ports of ["", "3000\n9901\n"]) {
      inFolder((folder) => {
        writeFileSync(join(folder, "ports"), ports);
        writeFileSync(join(folder, "door.cfg"), doorOf(folder));
        execFileSync("haproxy", ["-c", "-f", join(folder, "door.cfg")], { stdio: "pipe" });
      });
    }
  });
});

/** Lets HAProxy check the configuration of an edge, whose files lie in a folder of the test's. */
function checked(config: string, serving: Record<string, string>): string {
  return inFolder((folder) => {
    const local = (text: string): string => text.replaceAll(/\/(?:usr\/local\/etc|var\/lib)\/haproxy\//g, `${folder}/`);
    writeFileSync(join(folder, "edge.cfg"), local(config));
    writeFileSync(join(folder, "containers"), containersText({ a: serving, b: {} }));
    writeFileSync(join(folder, "serving.map"), "slot none\n");
    writeFileSync(join(folder, "releases.map"), "a none\nb none\n");
    writeFileSync(join(folder, "peers.map"), "");
    writeFileSync(join(folder, "paused.map"), "");
    writeFileSync(join(folder, "pause.lua"), local(pauseProgram()));
    writeFileSync(join(folder, "servers.cfg"), serversOf(folder));
    const files = ["-f", join(folder, "edge.cfg"), "-f", join(folder, "servers.cfg")];
    return execFileSync("haproxy", ["-c", ...files], { encoding: "utf8", stdio: "pipe" });
  });
}

function serversOf(folder: string): string {
  const env = { ...process.env, EDGE_STATE: folder };
  return execFileSync("bash", [guard, "servers"], { encoding: "utf8", env });
}

function doorOf(folder: string): string {
  const env = { ...process.env, DOOR_STATE: folder, NAME: "api" };
  return execFileSync("bash", [door, "config"], { encoding: "utf8", env });
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
