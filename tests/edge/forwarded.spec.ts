import assert from "node:assert/strict";
import { checkSettings } from "../../settings/settings";
import type { Listener } from "../../edge/layout";
import { around, configOf, linesOf } from "./configOf";

const open: Listener = {
  name: "published_8080",
  port: 8080,
  published: 8080,
  from: "outside",
  behind: [{ upstream: { service: "web", target: 3000, mode: "http" }, hosts: [] }],
};

const rulesOf = (listener: Partial<Listener>, proxies?: string[], tellsCallers = true): string[] => {
  const face = proxies ? { trustedProxies: proxies } : {};
  return linesOf(configOf([{ ...open, ...listener }], face, { ...around, tellsCallers }), "frontend published_8080");
};

/** Whom a listener trusts. */
function trustedAt(listener: Partial<Listener>, proxies?: string[], tellsCallers?: boolean): string | undefined {
  const line = rulesOf(listener, proxies, tellsCallers).find((rule) => rule.startsWith("acl is_trusted src "));
  return line?.slice("acl is_trusted src ".length);
}

describe("whose word on callers counts", () => {
  const machine = "127.0.0.0/8 ::1/128 172.18.0.1 172.19.0.1";
  const cases: [what: string, given: Parameters<typeof trustedAt>, who?: string][] = [
    ["nobody's by itself", [{}]],
    ["nobody's where the edge speaks TLS", [{ isSecure: true }]],
    ["nobody's where the Engine gives all callers one address", [{}, undefined, false]],
    ["nobody's where everybody by IPv6 has one address", [{ hidesCallers: true }]],
    ["the machine's own on loopback", [{ isLocal: true }], machine],
    ["the same where the Engine gives all callers one address", [{ isLocal: true }, undefined, false], machine],
    ["that of those who are named", [{}, ["10.1.0.0/16"]], "10.1.0.0/16"],
    ["that of those who are named, also behind TLS", [{ isSecure: true }, ["10.1.0.0/16"]], "10.1.0.0/16"],
    ["that of those who are named, also on loopback", [{ isLocal: true }, ["10.1.0.0/16"]], "10.1.0.0/16"],
    ["nobody's where the list is empty", [{ isLocal: true }, []]],
  ];
  for (const [what, given, who] of cases) {
    it(`is ${what}`, () => assert.equal(trustedAt(...given), who));
  }

  it("is none of a stranger's: everything that proxies tell of callers is taken away first", () => {
    for (const [proxies, unless] of [
      [[], ""],
      [["10.1.0.0/16"], " unless is_trusted"],
    ] as const) {
      const rules = rulesOf({}, [...proxies]);
      const first = rules.indexOf(`http-request del-header X-Forwarded- -m beg${unless}`);
      assert.ok(first > 0);
      assert.deepEqual(rules.slice(first + 1, first + 4), [
        `http-request del-header Forwarded${unless}`,
        `http-request del-header X-Real-IP${unless}`,
        "option forwardfor",
      ]);
    }
  });

  it("is Cloudflare's alone behind a tunnel, which tells of the caller beside what the caller told", () => {
    const rules = rulesOf({ isTunnelled: true });
    const at = (rule: string): number => rules.indexOf(rule);
    assert.ok(at("http-request del-header X-Forwarded- -m beg") > 0);
    assert.ok(at("http-request del-header Forwarded") > 0 && at("http-request del-header X-Real-IP") > 0);
    const told = rules.findIndex((rule) =>
      rule.startsWith("http-request set-header X-Forwarded-For %[req.hdr_ip(cf-c"),
    );
    assert.ok(told > at("http-request del-header X-Forwarded- -m beg"));
  });

  it("never counts for what the edge itself tells or is told: X-Slipway-* goes", () => {
    const config = configOf([open, { ...open, name: "called_api", from: "inside" }], { trustedProxies: ["0.0.0.0/0"] });
    for (const section of ["published_8080", "onward", "called_http"]) {
      const rules = linesOf(config, `frontend ${section}`);
      const gone = rules.indexOf("http-request del-header X-Slipway- -m beg");
      assert.ok(gone > 0 && gone < rules.indexOf("http-request set-header X-Slipway-Stage production"), section);
    }
  });

  const wrong: [value: unknown, message: RegExp][] = [
    ["10.0.0.0/8", /^slipway:edge\.trustedProxies must be a list of addresses and networks/],
    [
      ["proxy.example.com"],
      /^slipway:edge\.trustedProxies\.0 must be an address or a network, .*; found "proxy\.example/,
    ],
    [["10.0.0.0/33"], /behind the slash stands a number from 0 to 32; found "10\.0\.0\.0\/33"/],
    [["10.0.0.1", "2001:db8::/129"], /trustedProxies\.1 must be .* a number from 0 to 128/],
    [["10.1.2.3/8"], /must be 10\.0\.0\.0\/8, the network, or 10\.1\.2\.3\/32, that address alone/],
    [["10.0.0.0/8/8"], /must be an address or a network/],
    [["fe80::1%eth0"], /must be an address or a network/],
    [[""], /must be an address or a network/],
    [[7], /trustedProxies\.0 must be an address or a network/],
  ];
  for (const [value, message] of wrong) {
    it(`is not said by ${JSON.stringify(value)}`, () =>
      assert.throws(() => checkSettings({ compose: "c", edge: { trustedProxies: value } }), { message }));
  }

  it("may be said of addresses and networks of both kinds", () => {
    const proxies = ["203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "::1", "0.0.0.0/0"];
    assert.deepEqual(checkSettings({ compose: "c", edge: { trustedProxies: proxies } }).edge.trustedProxies, proxies);
  });
});
