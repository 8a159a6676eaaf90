import assert from "node:assert/strict";
import type { Listener, Upstream } from "../../edge/layout";
import {
  containersText,
  fillCommands,
  isSameLayout,
  layoutsFor,
  parseAddresses,
  parseSessions,
  parseState,
  peerCommands,
  releasesText,
  serveCommand,
  servingText,
} from "../../edge/state";

const containers = { a: { web: "shop-web-1", api: "shop-api-1" }, b: { web: "shop-web-2" } };
const releases = { a: "v1-20260101-000000", b: "v2-20260202-000000" };

describe("what an edge does", () => {
  it("is read as it was written", () => {
    const texts = [servingText("a"), containersText(containers), releasesText(releases), ""];
    assert.deepEqual(parseState(texts), { serving: "a", containers, releases, config: "", layouts: {} });
  });

  it("is nothing where there is nothing yet", () => {
    const nothing = {
      serving: undefined,
      containers: { a: {}, b: {} },
      releases: { a: "none", b: "none" },
      config: "",
      layouts: {},
    };
    assert.deepEqual(parseState([]), nothing);
    assert.deepEqual(parseState([servingText(undefined), "", "", ""]), nothing);
  });

  it("may be a switch that nobody has confirmed, from a release or from none", () => {
    assert.deepEqual(parseState(["", "", "", "1760000000 a\n"]).pending, { back: "a" });
    assert.deepEqual(parseState(["", "", "", "1760000000 none\n"]).pending, { back: undefined });
  });

  it("changes by one command for all services", () => {
    assert.equal(serveCommand("b"), "set map /var/lib/haproxy/serving.map slot b");
    assert.equal(serveCommand(undefined), "set map /var/lib/haproxy/serving.map slot none");
  });

  it("is prepared place by place, but for services that the release does not have", () => {
    const behind: Upstream[] = [
      { service: "web", target: 3000, mode: "http" },
      { service: "web", target: 3001, mode: "http" },
      { service: "api", target: 5000, mode: "http" },
    ];
    assert.deepEqual(fillCommands(behind, "b", { web: "shop-web-2" }), [
      "set server web_3000_b/app fqdn shop-web-2",
      "set server web_3001_b/app fqdn shop-web-2",
    ]);
  });

  it("knows who belongs to the release to come, and forgets who did before", () => {
    assert.deepEqual(peerCommands("b", ["172.18.0.4"]), [
      "clear map /var/lib/haproxy/peers.map",
      "add map /var/lib/haproxy/peers.map 172.18.0.4 b",
    ]);
  });

  it("is told by the edge: where it sends to, and what is under way", () => {
    const state =
      "1\n# be_id be_name srv_id srv_name srv_addr\n3 web_3000_a 1 app 172.18.0.4 2 0\n4 web_3000_b 1 app - 0\n";
    assert.deepEqual(
      [...parseAddresses(state)],
      [
        ["web_3000_a", "172.18.0.4"],
        ["web_3000_b", "-"],
      ],
    );
    const stat =
      "# pxname,svname,qcur,qmax,scur,smax\nweb_3000_a,app,0,0,2,9\nweb_3000_a,BACKEND,0,0,2,9\npublished_8080,FRONTEND,,,5,9\n";
    assert.deepEqual([...parseSessions(stat)], [["web_3000_a", 2]]);
  });

  it("is told by its process of now and those of before a reload: what is under way on all of them", () => {
    const current = "# pxname,svname,qcur,qmax,scur\nweb_3000_a,BACKEND,0,0,2\nweb_3000_b,BACKEND,0,0,1\n\n";
    const before = "# pxname,svname,scur\nweb_3000_a,BACKEND,3\nold_80_a,BACKEND,4\n";
    assert.deepEqual(Object.fromEntries(parseSessions(current + before)), {
      web_3000_a: 5,
      web_3000_b: 1,
      old_80_a: 4,
    });
  });
});

describe("where an edge is to listen", () => {
  const published = (target: number): Listener => ({
    name: "published_8080",
    port: 8080,
    published: 8080,
    from: "outside",
    behind: [{ upstream: { service: "web", target, mode: "http" }, hosts: [] }],
  });
  const called = (service: string): Listener => ({
    name: `called_${service}`,
    port: 9904,
    from: "inside",
    behind: [{ upstream: { service, target: 80, mode: "http" }, hosts: [service] }],
  });

  it("is the same in both slots before anything serves, and where nothing changes", () => {
    const both = { a: [published(1)], b: [published(1)] };
    assert.deepEqual(layoutsFor({ serving: undefined, layouts: {} }, [published(1)]), { layouts: both, newest: "a" });
    assert.deepEqual(layoutsFor({ serving: "a", layouts: {} }, [published(1)]), { layouts: both, newest: "b" });
    assert.deepEqual(layoutsFor({ serving: "b", layouts: both }, [published(1)]), { layouts: both, newest: "a" });
  });

  it("stays as it is for the slot that serves, whatever the release to come has", () => {
    const { layouts, newest } = layoutsFor({ serving: "a", layouts: { a: [published(1)], b: [] } }, [published(2)]);
    assert.deepEqual([layouts, newest], [{ a: [published(1)], b: [published(2)] }, "b"]);
  });

  it("is where a name is found that is called for the first time, before the release serves", () => {
    const listening = [published(2), called("api")];
    const first = layoutsFor({ serving: "a", layouts: { a: [published(1)] } }, listening);
    assert.deepEqual(first.layouts, { a: [published(1), called("api")], b: listening });
    assert.deepEqual(layoutsFor({ serving: "a", layouts: first.layouts }, listening), first, "the second time");
  });

  it("is where a name is found that is called no more, until its door is gone", () => {
    const current = [published(1), called("api")];
    const { layouts } = layoutsFor({ serving: "a", layouts: { a: current } }, [published(1)]);
    assert.deepEqual(layouts, { a: current, b: [published(1), { ...called("api"), isGone: true }] });
    assert.ok(isSameLayout(layouts.b, [published(1)]));
    const later = layoutsFor({ serving: "b", layouts }, [published(1)]);
    assert.deepEqual(later.layouts.a, [published(1)]);
  });
});
