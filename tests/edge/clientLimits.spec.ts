import assert from "node:assert/strict";
import { listeners, type Listener } from "../../edge/layout";
import { strictTransport } from "../../edge/strictTransport";
import { readNetworks, waysIn } from "../../edge/surroundings";
import { planEdge } from "../../plan/edge";
import { checkSettings } from "../../settings/settings";
import { applicationOf } from "../components/project";
import { around, configOf, linesOf } from "./configOf";

const listening = listeners([{ service: "web", published: 8080, target: 3000 }], []);
const secure = listeners([{ service: "web", published: 443, target: 3000, isSecure: true }], [], 80);

const rulesOf = (given: Parameters<typeof configOf>, section = "frontend published_8080") =>
  linesOf(configOf(...given), section);

describe("what one client may hold of an edge", () => {
  it("is 500 connections and 500 requests, and a minute's pause, by its address or its network of IPv6", () => {
    const rules = rulesOf([listening]);
    for (const rule of [
      "timeout client 60s",
      "tcp-request connection track-sc0 src,ipmask(32,64) table client_connections",
      "tcp-request connection reject if { sc0_conn_cur gt 500 }",
      "http-request track-sc1 src,ipmask(32,64) table client_requests",
      "http-request deny deny_status 429 if { sc1_conn_cur gt 500 }",
      "http-request wait-for-body time 30s at-least 16000 unless { req.hdr(content-type) -m beg application/grpc }",
    ]) {
      assert.ok(rules.includes(rule), rule);
    }
  });

  it("is waited for before it is decided which release serves", () => {
    const rules = rulesOf([listening]);
    const at = (start: string): number => rules.findIndex((rule) => rule.startsWith(start));
    assert.ok(at("http-request wait-for-body") < at("http-request set-var(txn.slot)"));
  });

  it("is what the settings say, and nothing is counted where they say 0", () => {
    const rules = rulesOf([listening, { limits: { connections: 0, requests: 20, timeout: 5 } }]).join("\n");
    assert.match(rules, /timeout client 5s/);
    assert.match(rules, /sc1_conn_cur gt 20/);
    assert.doesNotMatch(rules, /sc0/);
  });

  it("is a trusted proxy's callers' each, and not the proxy's", () => {
    const rules = rulesOf([listening, { trustedProxies: ["10.0.0.0/8"] }]);
    assert.ok(
      rules.includes("tcp-request connection track-sc0 src,ipmask(32,64) table client_connections unless is_trusted"),
    );
    assert.ok(
      rules.includes(
        "http-request track-sc1 req.hdr_ip(x-forwarded-for,-1),ipmask(32,64) table client_requests if is_trusted { req.hdr_ip(x-forwarded-for,-1) -m found }",
      ),
    );
    assert.ok(rules.includes("http-request track-sc1 src,ipmask(32,64) table client_requests unless is_trusted"));
  });

  it("is nobody's in particular where the Engine gives all callers one address", () => {
    const hiding = listening.map((one) => ({ ...one, hidesCallers: true }));
    for (const rules of [rulesOf([hiding]), rulesOf([listening, {}, { ...around, tellsCallers: false }])]) {
      assert.ok(
        rules.includes(
          "http-request track-sc1 src,ipmask(32,64) table client_requests unless { src 172.18.0.1 172.19.0.1 }",
        ),
      );
    }
  });

  it("is a tunnel's callers' each", () => {
    const rules = rulesOf([listening.map((one) => ({ ...one, isTunnelled: true }))]);
    assert.ok(
      rules.includes("http-request track-sc1 req.hdr_ip(cf-connecting-ip),ipmask(32,64) table client_requests"),
    );
    assert.doesNotMatch(rules.join("\n"), /sc0/);
  });

  const wrong: [object, RegExp][] = [
    [{ connectionsPerClient: -1 }, /slipway:edge\.connectionsPerClient must be a whole number from 0 to 8000/],
    [{ requestsPerClient: "many" }, /slipway:edge\.requestsPerClient must be a whole number from 0 to/],
    [{ clientTimeout: 0 }, /slipway:edge\.clientTimeout must be a whole number from 1 to 86400/],
    [{ hsts: 1.5 }, /slipway:edge\.hsts must be a whole number from 0 to/],
  ];
  for (const [edge, message] of wrong) {
    it(`is not said by ${JSON.stringify(edge)}`, () =>
      assert.throws(() => checkSettings({ compose: "c", edge }), { message }));
  }
});

describe("an edge with a domain", () => {
  const section = "frontend published_443";
  const said =
    "http-response set-header Strict-Transport-Security max-age=31536000 unless { res.hdr(strict-transport-security) -m found }";

  it("has browsers come by HTTPS alone, and says so by HTTPS alone", () => {
    assert.ok(rulesOf([secure, { hsts: 31536000 }], section).includes(said));
    assert.doesNotMatch(rulesOf([secure], section).join("\n"), /Strict/);
    assert.doesNotMatch(rulesOf([secure, { hsts: 31536000 }], "frontend published_80").join("\n"), /Strict/);
    assert.doesNotMatch(configOf(listening, { hsts: 31536000 }), /Strict/);
  });

  const plain = listeners(
    [
      { service: "web", published: 443, target: 3000, isSecure: true },
      { service: "api", published: 9000, target: 3000 },
    ],
    [],
    80,
  );
  const cases: [what: string, edge: object, listening: Listener[], seconds?: number][] = [
    ["a year on port 443", {}, secure, 31_536_000],
    ["nothing on another port, where a typed name would lead past it", { https: 8443 }, secure],
    ["nothing where another port of the name is open without TLS", {}, plain],
    ["what the settings say", { https: 8443, hsts: 60 }, plain, 60],
    ["nothing where the settings say so", { hsts: 0 }, secure],
    ["nothing without a domain", { domain: [], hsts: 60 }, listening],
  ];
  for (const [what, edge, where, seconds] of cases) {
    it(`says ${what}`, () =>
      assert.equal(
        strictTransport({ domain: ["app.example.com"], https: 443, hsts: undefined, ...edge }, where),
        seconds,
      ));
  }

  it("sends on who asks for one of its names, and nobody else", () => {
    const rules = rulesOf([secure, { domains: ["app.example.com", "www.example.com"] }], "frontend published_80");
    const refused = rules.findIndex((rule) => rule.startsWith("http-request return status 421 "));
    assert.match(
      rules[refused] ?? "",
      / unless \{ req\.hdr\(host\),host_only -m str -i app\.example\.com www\.example\.com \}$/,
    );
    assert.ok(refused < rules.findIndex((rule) => rule.startsWith("http-request redirect ")));
    assert.ok(refused < rules.indexOf("use_backend certificates"));
  });

  it("speaks TLS from 1.2 on, with ciphers that keep no secret for later and authenticate what they encrypt", () => {
    const rules = rulesOf([secure], "global");
    assert.ok(rules.includes("ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets"));
    const line = rules.find((rule) => rule.startsWith("ssl-default-bind-ciphers ")) ?? "";
    const ciphers = (line.split(" ")[1] ?? "").split(":");
    assert.equal(ciphers.length, 6);
    for (const cipher of ciphers)
      assert.match(cipher, /^ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA\d+|CHACHA20-POLY1305)$/);
  });

  it("is told by the plan what the settings say, and no more than that", () => {
    const application = applicationOf({
      "compose.yaml":
        "services:\n  web: { image: web, ports: [{ target: 3000, published: '8080', app_protocol: http }] }",
    });
    const wanted = (edge: object) =>
      planEdge({ stage: "production", edge: checkSettings({ compose: "c", edge }).edge }, application)?.wanted;
    assert.deepEqual(Object.keys(wanted({}) ?? {}), ["stage", "listening"]);
    assert.deepEqual(wanted({ requestsPerClient: 7 })?.limits, { connections: 500, requests: 7, timeout: 60 });
  });
});

describe("an edge's ways in", () => {
  it("are closed to the networks of the stage where a port is published, but not to the machine", () => {
    assert.deepEqual(waysIn("published", around), [
      "tcp-request connection reject if { src 172.19.0.0/16 } { dst 172.19.0.0/16 } !{ src 172.19.0.1 }",
    ]);
    for (const [section, from] of [
      ["frontend published_443", secure],
      ["frontend published_80", secure],
      ["frontend published_8080", listening],
    ] as const) {
      assert.ok(rulesOf([from], section).includes(waysIn("published", around)[0] ?? ""), section);
    }
  });

  it("are the doors' alone where a name is called, and the connectors' and the machine's where a tunnel arrives", () => {
    const called = listeners([], [{ service: "api", names: { front: ["api"] }, ports: [] }]);
    assert.ok(
      rulesOf([called], "frontend called").includes(
        "tcp-request connection reject unless { src 127.0.0.0/8 ::1/128 172.18.0.0/16 }",
      ),
    );
    const tunnel = rulesOf([listening.map((one) => ({ ...one, isTunnelled: true }))]);
    assert.ok(
      tunnel.includes(
        "tcp-request connection reject unless { src 127.0.0.0/8 ::1/128 172.18.0.0/16 172.18.0.1 172.19.0.1 }",
      ),
    );
  });

  it("are read from what the Engine tells of its networks", () => {
    const attached = {
      "shop-front-1": { NetworkID: "1", Aliases: ["edge", "slipway-edge", "0123456789ab"] },
      "shop-back-2": { NetworkID: "2", Aliases: ["0123456789ab"] },
      none: { NetworkID: "3", Aliases: null },
    };
    const found = [
      { Id: "2", IPAM: { Config: [{ Subnet: "10.2.0.0/16" }, { Subnet: "fd02::/64", Gateway: "fd02::1/64" }] } },
      { Id: "1", IPAM: { Config: [{ Subnet: "10.1.0.0/16", Gateway: "10.1.0.1" }] } },
      { Id: "3", IPAM: { Config: null } },
    ];
    assert.deepEqual(readNetworks(attached, found, "slipway-edge"), [
      { isOwn: true, ranges: ["10.1.0.0/16"], gateways: ["10.1.0.1"] },
      { isOwn: false, ranges: ["10.2.0.0/16", "fd02::/64"], gateways: ["fd02::1"] },
    ]);
  });
});
