import assert from "node:assert/strict";
import { configOf } from "../edge/configOf";
import { defineEdge } from "../../edge/definition";
import { httpChecks } from "../../edge/httpChecks";
import { openRoutes, portsOf } from "../../plan/conflicts";
import { ingressOf } from "../../tunnel/routes";
import { checkSettings } from "../../settings/settings";
import type { Check } from "../../settings/checks";
import { applicationOf } from "../components/project";

const compose = `
services:
  web:
    image: web
    ports: [{ target: 3000, published: "8080", app_protocol: http }]
  api:
    image: api
    ports:
      - { target: 5000, published: "9000", app_protocol: http, host_ip: 127.0.0.1 }
      - { target: 5001, published: "9001", app_protocol: http }
  db: { image: db, ports: ["127.0.0.1:5432:5432"] }
`;

const tunnelTo = (hostnames: unknown) =>
  checkSettings({ compose: "c", tunnel: { kind: "token", token: "t", hostnames } }).tunnel ?? assert.fail();

const application = (hostnames: unknown, text = compose) =>
  applicationOf({ "compose.yaml": text }, { tunnel: tunnelTo(hostnames) });

const three = [
  "app.example.com",
  { host: "api.example.com", service: "api", port: 5001 },
  { host: "www.example.com", service: "web" },
];

describe("a stage behind a tunnel", () => {
  const app = application(three);
  const definition = defineEdge(app);
  const config = configOf(app.listening);

  it("sends each name to the edge, at the port of its service", () => {
    assert.deepEqual(ingressOf(tunnelTo(three), app.listening), [
      { host: "app.example.com", origin: "http://edge:28080" },
      { host: "api.example.com", origin: "http://edge:29001" },
      { host: "www.example.com", origin: "http://edge:28080" },
    ]);
  });

  it("holds no port of the machine but on loopback", () => {
    assert.deepEqual(definition?.ports, [{ internal: 29000, external: 9000, ip: "127.0.0.1" }]);
    assert.deepEqual(openRoutes(app.routes), []);
    assert.deepEqual(
      portsOf(app).map(({ holder, port }) => `${holder} ${port}`),
      ["the service db 5432", "the service api 9000"],
    );
  });

  it("says which port nobody reaches any more", () => {
    const warnings = ({ warnings: all }: typeof app) => all.filter((text) => !text.includes("not held by the edge"));
    assert.deepEqual(warnings(app), []);
    assert.deepEqual(warnings(application([{ host: "api.example.com", service: "api", port: 5001 }])), [
      "The service web publishes its HTTP port 8080, and no name under slipway:tunnel.hostnames leads to it: nobody reaches it from outside.",
    ]);
  });

  it("tells services what Cloudflare says of a caller", () => {
    const frontend = /frontend published_8080\n([^]*?)\n\n?(?=\S|$)/.exec(config)?.[1] ?? "";
    const lines = frontend.split("\n").map((line) => line.trim());
    const told = lines.filter((line) => /forward/i.test(line));
    assert.deepEqual(told, [
      "http-request set-var(txn.scheme) req.hdr(x-forwarded-proto)",
      "http-request del-header X-Forwarded- -m beg",
      "http-request del-header Forwarded",
      "http-request set-header X-Forwarded-For %[req.hdr_ip(cf-connecting-ip)] if { req.hdr_ip(cf-connecting-ip) -m found }",
      "option forwardfor if-none",
      "http-request set-header X-Forwarded-Proto http if is_plain",
      "http-request set-header X-Forwarded-Proto https unless is_plain",
      "http-request set-header X-Forwarded-Host %[req.hdr(host)]",
      "http-request set-header X-Forwarded-Port 80 if is_plain",
      "http-request set-header X-Forwarded-Port 443 unless is_plain",
    ]);
  });

  it("is checked under the name that people call", () => {
    const check = { service: "web", path: "/", status: 200, timeout: 10 } satisfies Check;
    const [planned] = httpChecks([check], app.listening);
    assert.deepEqual(planned?.through, { port: 28080, host: "app.example.com" });
  });

  const web = 'web: { image: web, ports: [{ target: 80, published: "80", app_protocol: http }] }';
  const refused: [what: string, hostnames: unknown, text: string | undefined, message: string][] = [
    [
      "without an HTTP port",
      "app.example.com",
      "services: { worker: { image: worker } }",
      "slipway:tunnel is set, and no service publishes an HTTP port to which it could lead: publish one with app_protocol: http.",
    ],
    [
      "with an open port beside it",
      "app.example.com",
      `services: { ${web}, mail: { image: mail, ports: ["2525:25"] } }`,
      "The service mail publishes its port 25 beyond loopback, and with slipway:tunnel nothing is open but SSH: write host_ip: 127.0.0.1, take the port away, or give it app_protocol: http and a name under slipway:tunnel.hostnames.",
    ],
    [
      "with a name twice",
      ["app.example.com", "APP.example.com"],
      undefined,
      "slipway:tunnel.hostnames has app.example.com twice, and it leads to one place: take one of the two away.",
    ],
    [
      "with a misspelt service",
      [{ host: "app.example.com", service: "webb" }],
      undefined,
      "slipway:tunnel.hostnames.0.service is webb, which publishes no HTTP port: did you mean web?",
    ],
    [
      "with a service that publishes none",
      ["www.example.com", { host: "app.example.com", service: "db" }],
      undefined,
      "slipway:tunnel.hostnames.1.service is db, which publishes no HTTP port: name web or api, or publish one with app_protocol: http.",
    ],
    [
      "with a service that publishes several",
      [{ host: "app.example.com", service: "api" }],
      undefined,
      "slipway:tunnel.hostnames.0 leads to the service api, which publishes several HTTP ports: name one of 5000, 5001 as port.",
    ],
    [
      "with a port that is none of a service's",
      [{ host: "app.example.com", service: "api", port: 9001 }],
      undefined,
      "slipway:tunnel.hostnames.0.port is 9001, and the service api publishes 5000, 5001 by HTTP: name one of these.",
    ],
  ];
  for (const [what, hostnames, text, message] of refused) {
    it(`is refused ${what}`, () => assert.throws(() => application(hostnames, text), { message }));
  }
});
