import assert from "node:assert/strict";
import { checkSettings } from "../../settings/settings";
import { SettingsError } from "../../settings/problems";
import { connectorImage } from "../../settings/tunnel";

const settings = (values: Record<string, unknown>) => checkSettings({ compose: "compose.yaml", ...values });

const token = { kind: "token", token: "t0ken", hostnames: "app.example.com" };
const id = "0123456789abcdef0123456789abcdef";
const managed = { kind: "cloudflare", account: id, zone: id, hostnames: ["app.example.com"] };
const gce = { kind: "gce", project: "shop-123456", zone: "europe-west1-b" };

describe("the setting tunnel", () => {
  it("fills in what is left open", () => {
    const usual = { connectors: 2, image: connectorImage };
    assert.deepEqual(settings({ tunnel: token }).tunnel, {
      kind: "token",
      token: "t0ken",
      hostnames: [{ host: "app.example.com" }],
      ...usual,
    });
    const hostnames = ["App.example.com", { host: "api.example.com", service: "api", port: "3000" }];
    assert.deepEqual(settings({ tunnel: { ...managed, hostnames, connectors: "3", name: "shop" } }).tunnel, {
      ...managed,
      hostnames: [{ host: "app.example.com" }, { host: "api.example.com", service: "api", port: 3000 }],
      name: "shop",
      connectors: 3,
      image: connectorImage,
    });
  });

  it("is none unless it is set", () => {
    assert.equal(settings({}).tunnel, undefined);
    const { machine } = settings({ machine: gce });
    assert.ok(machine.kind === "gce" && !machine.tunnel);
  });

  it("closes the machine's firewall", () => {
    const { machine } = settings({ machine: gce, tunnel: token });
    assert.ok(machine.kind === "gce" && machine.tunnel);
    const azure = { kind: "azure", location: "westeurope", sshFrom: ["203.0.113.7/32"] };
    const other = settings({ machine: azure, tunnel: managed }).machine;
    assert.ok(other.kind === "azure" && other.tunnel);
  });

  const digest = `sha256:${"0".repeat(64)}`;
  for (const image of [
    "cloudflare/cloudflared:2025.4.0",
    "cloudflare/cloudflared:2026.1.0",
    `cloudflare/cloudflared@${digest}`,
    `cloudflare/cloudflared:2026.8.2@${digest}`,
    "registry.example.com:5000/cloudflared:own-build",
  ]) {
    it(`takes the connector ${image.replace(digest, "sha256:…")}`, () =>
      assert.equal(settings({ tunnel: { ...token, image } }).tunnel?.image, image));
  }

  const wanted = `an image with its version, 2025.4.0 or later, such as ${connectorImage}: earlier ones take no token from a file`;
  const names =
    "a name such as app.example.com, or a list of them, each a name or { host: api.example.com, service: api }";
  const refused: [what: string, values: Record<string, unknown>, sentence: string][] = [
    [
      "no kind",
      { tunnel: { hostnames: "app.example.com" } },
      "slipway:tunnel.kind must be { kind: token, token: …, hostnames: … }, a tunnel that is there already, or { kind: cloudflare, account: …, zone: …, hostnames: … }, one that the stage makes; it is not set.",
    ],
    [
      "a token alone, which is not told",
      { tunnel: "t0ken" },
      "slipway:tunnel must be { kind: token, token: …, hostnames: … }, a tunnel that is there already, or { kind: cloudflare, account: …, zone: …, hostnames: … }, one that the stage makes; it is not.",
    ],
    [
      "no token",
      { tunnel: { kind: "token", hostnames: "app.example.com" } },
      "slipway:tunnel.token must be the tunnel's token as a secret: pulumi config set --secret --path slipway:tunnel.token, with what `cloudflared tunnel token <name>` prints; it is not set.",
    ],
    [
      "no names",
      { tunnel: { kind: "token", token: "t" } },
      `slipway:tunnel.hostnames must be ${names}; it is not set.`,
    ],
    [
      "an address for a name",
      { tunnel: { ...token, hostnames: ["https://app.example.com"] } },
      `slipway:tunnel.hostnames must be ${names}; found ["https://app.example.com"].`,
    ],
    [
      "a single connector",
      { tunnel: { ...token, connectors: 1 } },
      "slipway:tunnel.connectors must be a whole number from 2 to 12; found 1.",
    ],
    [
      "a connector of no version",
      { tunnel: { ...token, image: "cloudflare/cloudflared" } },
      `slipway:tunnel.image must be ${wanted}; found "cloudflare/cloudflared".`,
    ],
    [
      "the latest connector",
      { tunnel: { ...token, image: "cloudflare/cloudflared:latest" } },
      `slipway:tunnel.image must be ${wanted}; found "cloudflare/cloudflared:latest".`,
    ],
    [
      "a connector that reads no token from a file",
      { tunnel: { ...token, image: "cloudflare/cloudflared:2024.10.0" } },
      `slipway:tunnel.image must be ${wanted}; found "cloudflare/cloudflared:2024.10.0".`,
    ],
    [
      "an account that is none",
      { tunnel: { ...managed, account: "shop" } },
      'slipway:tunnel.account must be the id of the account at Cloudflare: 32 hexadecimal digits; found "shop".',
    ],
    [
      "no zone",
      { tunnel: { ...managed, zone: undefined } },
      "slipway:tunnel.zone must be the id of the zone at Cloudflare that has the names: 32 hexadecimal digits; it is not set.",
    ],
    [
      "names that no zone has together",
      { tunnel: { ...managed, hostnames: ["app.example.com", "app.example.org"] } },
      'slipway:tunnel.hostnames must be names in one zone; found ["app.example.com","app.example.org"].',
    ],
    [
      "a misspelt word",
      { tunnel: { ...managed, acount: id } },
      "slipway:tunnel.acount is not a setting: did you mean account?",
    ],
    [
      "a domain of the edge's own beside it",
      { tunnel: token, edge: { domain: "app.example.com" } },
      "slipway:edge.domain is app.example.com, and with slipway:tunnel it is Cloudflare that speaks HTTPS: name it under slipway:tunnel.hostnames, and take edge.domain away.",
    ],
    [
      "open ports of the machine beside it",
      { tunnel: token, machine: { ...gce, ports: [8080, 9090] } },
      "slipway:machine.ports is 8080, 9090, and with slipway:tunnel the machine opens no port but SSH: take machine.ports away.",
    ],
  ];
  for (const hostnames of [
    "app.example.com.",
    "*.example.com",
    "münchen.example.com",
    "localhost",
    "203.0.113.7",
    "",
    [],
  ]) {
    it(`refuses the name ${JSON.stringify(hostnames)}`, () =>
      assert.throws(
        () => settings({ tunnel: { ...token, hostnames } }),
        new SettingsError(`slipway:tunnel.hostnames must be ${names}; found ${JSON.stringify(hostnames)}.`),
      ));
  }

  for (const [what, values, sentence] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => settings(values),
        (error: Error) => {
          assert.ok(error instanceof SettingsError);
          assert.equal(error.message, sentence);
          return true;
        },
      );
    });
  }
});
