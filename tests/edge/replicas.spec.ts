import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { edgeConfig } from "../../edge/config";
import { defineEdge } from "../../edge/definition";
import { calledPort, listeners, paths } from "../../edge/layout";
import { guardFor, joined, namesIn } from "../../edge/replicas";
import { containersText, fillCommands, parseAddresses, parseState } from "../../edge/state";
import { applicationOf } from "../components/project";

const compose = (deploy: string): string => `services:
  web:
    image: web
    ports: [{ target: 3000, published: "8080", app_protocol: http }]
    ${deploy}
  api:
    image: api
    ${deploy}
  caller: { image: caller, environment: { API: "http://api:5000" } }
`;
const three = "deploy: { replicas: 3 }";
const names = ["web-1", "web-2", "web-3"];

describe("several containers of a service behind the edge", () => {
  it("are one word in its files", () => {
    assert.equal(joined(["web-1"]), "web-1");
    assert.deepEqual(namesIn(joined(names)), names);
    const text = containersText({ a: { web: joined(names) }, b: {} });
    assert.deepEqual(parseState(["", text]).containers.a, { web: joined(names) });
  });

  it("are known wherever it leads to them, by a port or by name", () => {
    const { listening } = applicationOf({ "compose.yaml": compose(three) });
    assert.deepEqual(
      listening.map(({ behind }) => behind.map(({ upstream }) => [upstream.service, upstream.replicas])),
      [[["web", 3]], [["api", 3]]],
    );
  });

  it("leave the layout of one as it was", () => {
    const { listening } = applicationOf({ "compose.yaml": compose("") });
    assert.ok(!JSON.stringify(listening).includes("replicas"));
    const [, inside] = listening;
    assert.equal(inside?.port, calledPort);
  });

  it("have a server each, which begins at the address that is known", () => {
    const { listening } = applicationOf({ "compose.yaml": compose(three) });
    const folder = mkdtempSync(join(tmpdir(), "slipway-replicas-"));
    try {
      const around = { networks: [], tellsCallers: true };
      writeFileSync(join(folder, "guard.sh"), guardFor(listening));
      writeFileSync(join(folder, "edge.cfg"), edgeConfig({ stage: "s" }, { a: listening, b: [] }, "a", around));
      writeFileSync(join(folder, "containers"), containersText({ a: { web: joined(names), api: "api-1" }, b: {} }));
      const env = { ...process.env, EDGE_STATE: folder };
      const told = execFileSync("bash", [join(folder, "guard.sh"), "servers"], { encoding: "utf8", env });
      const servers = (backend: string): string[] =>
        (told.split("backend ").find((one) => one.startsWith(`${backend}\n`)) ?? "")
          .split("\n")
          .filter((line) => line.startsWith("  server"))
          .map((line) => line.trim());
      assert.deepEqual(servers("web_3000_a"), [
        "server app web-1:3000",
        "server app2 web-2:3000",
        "server app3 web-3:3000",
      ]);
      assert.deepEqual(servers("web_3000_h2_a")[2], "server app3 web-3:3000 proto h2");
      assert.deepEqual(servers("api_tcp_a"), [
        "server app api-1",
        "server app2 none.invalid",
        "server app3 none.invalid",
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("are told to the running edge one by one, no more than it has servers for", () => {
    const behind = [{ service: "web", target: 80, mode: "http" as const, replicas: 2 }];
    assert.deepEqual(fillCommands(behind, "b", { web: joined(names) }), [
      "set server web_80_b/app fqdn web-1",
      "set server web_80_b/app2 fqdn web-2",
    ]);
  });

  it("are found by the edge one by one", () => {
    const state = "1\n# be_id …\n3 web_80_a 1 app 10.0.0.2 2\n3 web_80_a 2 app2 10.0.0.3 2\n";
    assert.deepEqual(
      [...parseAddresses(state)],
      [
        ["web_80_a", "10.0.0.2"],
        ["web_80_a/app2", "10.0.0.3"],
      ],
    );
  });

  it("are what another program of the edge is for: one without them stays as it is", () => {
    const guard = readFileSync(join(__dirname, "../../edge/guard.sh"), "utf8");
    const files = (text: string) => defineEdge(applicationOf({ "compose.yaml": text }))?.files[paths.guard];
    assert.equal(files(compose("")), guard);
    assert.equal(files(compose("deploy: { replicas: 1 }")), guard);
    assert.notEqual(files(compose(three)), guard);
    assert.equal(guardFor(listeners([], [])), guard);
  });
});
