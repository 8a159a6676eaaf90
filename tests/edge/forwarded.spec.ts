import assert from "node:assert/strict";
import { checkSettings } from "../../settings/settings";
import { forwarded, trustedBy } from "../../edge/forwarded";
import type { Listener } from "../../edge/layout";

const open: Listener = { name: "published_8080", port: 8080, published: 8080, from: "outside", behind: [] };

/** Whom a listener trusts. */
function trustedAt(listener: Listener, ...given: Parameters<typeof trustedBy>): string | undefined {
  const line = forwarded(listener, trustedBy(...given)).find((rule) => rule.startsWith("acl is_trusted src "));
  return line?.slice("acl is_trusted src ".length);
}

const own = ["172.18.0.0/16"];

describe("whose word on callers counts", () => {
  const cases: [what: string, listener: Partial<Listener>, given: Parameters<typeof trustedBy>, who?: string][] = [
    ["the machine's own, by itself", {}, [undefined, own, true], "127.0.0.0/8 ::1/128 172.18.0.0/16"],
    ["nobody's where the edge speaks TLS", { isSecure: true }, [undefined, own, true]],
    [
      "the machine's alone where its Engine gives all callers one address",
      {},
      [undefined, own, false],
      "127.0.0.0/8 ::1/128",
    ],
    [
      "the machine's alone where everybody by IPv6 has one address",
      { hidesCallers: true },
      [undefined, own, true],
      "127.0.0.0/8 ::1/128",
    ],
    ["all the same on loopback", { isLocal: true }, [undefined, own, false], "127.0.0.0/8 ::1/128 172.18.0.0/16"],
    ["that of those who are named", {}, [["10.1.0.0/16"], own, true], "10.1.0.0/16"],
    ["that of those who are named, also behind TLS", { isSecure: true }, [["10.1.0.0/16"], own, true], "10.1.0.0/16"],
    ["nobody's where the list is empty", {}, [[], own, true]],
  ];
  for (const [what, listener, given, who] of cases) {
    it(`is ${what}`, () => assert.equal(trustedAt({ ...open, ...listener }, ...given), who));
  }

  it("is none of a stranger's: everything that proxies tell of callers is taken away first", () => {
    const rules = forwarded(open, trustedBy([], [], true));
    assert.deepEqual(rules.slice(0, 3), [
      "http-request del-header X-Forwarded- -m beg",
      "http-request del-header Forwarded",
      "http-request del-header X-Real-IP",
    ]);
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
