import assert from "node:assert/strict";
import { listeners } from "../../edge/layout";
import { pauseProgram } from "../../edge/pause";
import { leadingTo } from "../../edge/quieten";
import { configOf, linesOf } from "./configOf";

const web = listeners(
  [{ service: "web", published: 8080, target: 3000 }],
  [{ service: "api", names: { default: ["api"] }, ports: [{ target: 5000, mode: "http" }] }],
);
const held = "lua.wait if { var(txn.service),map(/var/lib/haproxy/paused.map) -m found }";

describe("what is held for a service whose container is about to be stopped", () => {
  const config = configOf(web);

  it("is held before it is sent anywhere, on every way to the service", () => {
    for (const [section, service] of [
      ["frontend published_8080", "http-request set-var(txn.service) str(web) if { var(txn.slot) -m str a }"],
      ["frontend onward", "http-request set-var(txn.service) str(web) if { var(txn.slot) -m str a } { dst_port 8080 }"],
      ["frontend called_http", "http-request set-var(txn.service) fc_pp_unique_id"],
      ["frontend called", "tcp-request content set-var(txn.service) fc_pp_unique_id"],
    ] as const) {
      const lines = linesOf(config, section);
      const [named, waits] = [lines.indexOf(service), lines.findIndex((line) => line.includes(held))];
      const sent = lines.findIndex((line) => line.startsWith("use_backend"));
      assert.ok(named >= 0 && named < waits && waits < sent, `${section}:\n${lines.join("\n")}`);
    }
  });

  it("is held by a program that reads the map which the configuration reads", () => {
    assert.ok(linesOf(`\n${config}`, "global").includes("lua-load /var/lib/haproxy/pause.lua"));
    assert.match(pauseProgram(), /Map\.new\("\/var\/lib\/haproxy\/paused\.map"/);
  });

  it("is no check of a release before it serves", () => {
    assert.ok(!linesOf(config, "frontend trial").some((line) => line.includes("lua.wait")));
  });
});

describe("what leads to a container", () => {
  const state = {
    layouts: { a: web, b: web },
    containers: {
      a: { web: "shop-web-1/shop-web.2-1", api: "shop-api-1" },
      b: { web: "shop-web-2", api: "shop-api-1" },
    },
  };

  it("are the places of its service in the slots that hold it, but for what is passed on byte by byte", () => {
    const both = ["api_5000_a", "api_5000_h2_a", "api_5000_b", "api_5000_h2_b"];
    assert.deepEqual(leadingTo("shop-api-1", state), { services: ["api"], places: both });
    const one = { services: ["web"], places: ["web_3000_a", "web_3000_h2_a"] };
    assert.deepEqual(leadingTo("shop-web.2-1", state), one);
  });

  it("is nothing where the edge does not know it", () => {
    assert.deepEqual(leadingTo("shop-db-1", state), { services: [], places: [] });
    assert.deepEqual(leadingTo("shop-web-1", { ...state, layouts: {} }), { services: [], places: [] });
  });
});
