import assert from "node:assert/strict";
import { checkSettings } from "../../settings/settings";
import { configOf } from "./configOf";
import { listeners, type Route } from "../../edge/layout";
import { urlOf } from "../../edge/routes";
import { secured } from "../../edge/https";

const edge = (settings: Record<string, unknown>) => checkSettings({ compose: "c", edge: settings }).edge;

const routes: Route[] = [
  { service: "web", published: 8080, hostIp: "127.0.0.1", target: 3000 },
  { service: "admin", published: 9090, target: 80 },
];

describe("a stage with a domain", () => {
  const { routes: own, redirect } = secured(routes, edge({ domain: "app.example.com" }));
  const config = configOf(listeners(own, [], redirect));

  it("is reached there by HTTPS, and its other ports as they are", () => {
    assert.deepEqual(own, [
      { service: "web", published: 443, target: 3000, isSecure: true },
      { service: "admin", published: 9090, target: 80 },
    ]);
    assert.equal(urlOf(own, "app.example.com"), "https://app.example.com");
  });

  it("sends callers without TLS on, but for the authority that gives out the certificate", () => {
    assert.equal(redirect, 80);
    assert.match(
      config,
      /redirect code 308 location https:\/\/%\[req\.hdr\(host\),host_only\]%\[capture\.req\.uri\] unless is_proof/,
    );
    assert.match(config, /backend certificates\n {2}mode http\n {2}server keeper certificates:8402/);
  });

  it("starts without a certificate, and tells its services of HTTPS", () => {
    assert.match(config, /bind :443 ssl crt \/var\/lib\/haproxy\/certificates strict-sni alpn h2,http\/1\.1/);
    assert.match(config, /frontend published_443[^]*?set-header X-Forwarded-Proto https/);
  });

  it("may be elsewhere than on the usual ports", () => {
    const other = secured(routes, edge({ domain: "app.example.com", http: 8000, https: 8443 }));
    assert.equal(urlOf(other.routes, "app.example.com"), "https://app.example.com:8443");
    assert.match(configOf(listeners(other.routes, [], other.redirect)), /host_only\]:8443%\[capture/);
  });

  const refused: [what: string, routes: Route[], settings: Record<string, unknown>, message: RegExp][] = [
    ["without a published port", [], {}, /edge\.domain is app\.example\.com, and no service publishes an HTTP port/],
    [
      "with a port that a service has",
      routes,
      { https: 9090 },
      /edge\.https is 9090, which is the port of the service admin/,
    ],
    ["with one port for both", routes, { http: 443 }, /edge\.http is 443, which is the port of both, http and https/],
  ];
  for (const [what, given, settings, message] of refused) {
    it(`is refused ${what}`, () =>
      assert.throws(() => secured(given, edge({ domain: "app.example.com", ...settings })), message));
  }

  it("needs a domain that is one", () => {
    assert.throws(() => edge({ domain: "https://app.example.com" }), /slipway:edge\.domain must be a domain name/);
    assert.throws(
      () => edge({ domian: "app.example.com" }),
      /slipway:edge\.domian is not a setting: did you mean domain\?/,
    );
  });
});

it("a stage without a domain stays as its compose file says", () => {
  assert.deepEqual(secured(routes, edge({})), { routes });
});
