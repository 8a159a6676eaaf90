import assert from "node:assert/strict";
import type { StagePlan } from "../../plan/stage";
import { Stage } from "../../components/stage";
import { planTunnel } from "../../tunnel/plan";
import { checkSettings } from "../../settings/settings";
import * as pulumi from "@pulumi/pulumi";
import {
  container,
  declare,
  hidden,
  inputOf,
  labelsOf,
  of,
  step,
  the,
  type Declared,
  type Inputs,
} from "../components/engine";
import { promoted } from "../components/shop";
import { Types } from "../e2e/clouds/simulation/schema";

const [account, zone] = ["0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"];
const token = "planted-Mg5-token";
const apiToken = "planted-Ap7-api-token";

const tunnelType = "cloudflare:index/zeroTrustTunnelCloudflared:ZeroTrustTunnelCloudflared";
const configType = "cloudflare:index/zeroTrustTunnelCloudflaredConfig:ZeroTrustTunnelCloudflaredConfig";
const recordType = "cloudflare:index/dnsRecord:DnsRecord";

const settings =
  checkSettings({
    compose: "c",
    tunnel: { kind: "cloudflare", account, zone, hostnames: ["shop.example.com", "www.example.com"] },
  }).tunnel ?? assert.fail();

const compose = 'services: { web: { image: web, ports: [{ target: 80, published: "80", app_protocol: http }] } }';

async function run(more: Partial<typeof settings> = {}) {
  const wanted = { ...settings, ...more } as typeof settings;
  const plan = promoted({ compose, tunnel: wanted });
  const whole: StagePlan = { ...plan, tunnel: planTunnel(wanted, plan.application.listening) };
  const asked: [string, Inputs][] = [];
  const { resources } = await declare(
    { ...plan.id },
    () => new Stage("app", whole, {}, {}).outputs,
    ({ token: name, inputs }) => {
      asked.push([name, inputs as Inputs]);
      return { ...inputs, token };
    },
  );
  return { resources, asked };
}

describe("a tunnel that a stage makes", () => {
  let resources: Declared[];
  let asked: [string, Inputs][];

  before(async () => {
    pulumi.runtime.setAllConfig({ "cloudflare:apiToken": apiToken }, ["cloudflare:apiToken"]);
    ({ resources, asked } = await run());
  });
  after(() => pulumi.runtime.setAllConfig({}));

  const tunnel = () => the(resources, tunnelType);
  const tunnelId = "app-tunnel-cloudflare-tunnel-id";

  it("is called like project and stage, and is configured at Cloudflare", async () => {
    assert.deepEqual(tunnel().inputs, { accountId: account, name: "shop-production", configSrc: "cloudflare" });
    const other = await run({ name: "threads" } as object);
    assert.equal(the(other.resources, tunnelType).inputs["name"], "threads");
  });

  it("leads each name to the edge, and nobody anywhere else", () => {
    assert.deepEqual(the(resources, configType).inputs, {
      accountId: account,
      tunnelId,
      source: "cloudflare",
      config: {
        ingresses: [
          { hostname: "shop.example.com", service: "http://edge:20080" },
          { hostname: "www.example.com", service: "http://edge:20080" },
          { service: "http_status:404" },
        ],
      },
    });
  });

  it("has a record for each name, once the tunnel knows it", () => {
    const records = of(resources, recordType);
    assert.deepEqual(
      records.map(({ inputs }) => inputs),
      ["shop.example.com", "www.example.com"].map((name) => ({
        zoneId: zone,
        name,
        type: "CNAME",
        content: `${tunnelId}.cfargotunnel.com`,
        proxied: true,
        ttl: 1,
        comment: "Slipway: shop-production",
      })),
    );
    for (const record of records) {
      assert.ok(record.deleteBeforeReplace);
      assert.ok(record.dependsOn.includes(the(resources, configType).urn));
    }
  });

  it("gives its connectors the token that Cloudflare tells, as a secret", () => {
    assert.deepEqual(asked, [
      [
        "cloudflare:index/getZeroTrustTunnelCloudflaredToken:getZeroTrustTunnelCloudflaredToken",
        { accountId: account, tunnelId },
      ],
    ]);
    for (const connector of connectors()) {
      assert.equal(connector.inputs["uploads"][0].content, token);
      assert.equal(connector.exposed["uploads"][0].content, hidden);
    }
  });

  it("cleans up after its connectors before it goes, which it does last", () => {
    const cleanup = the(resources, step, "-cleanup");
    assert.deepEqual(
      { ...cleanup.inputs, stdin: inputOf(cleanup) },
      {
        create: ":",
        delete: "node dist/steps/main.js disconnect",
        stdin: { account, tunnel: tunnelId, token: apiToken },
        triggers: [tunnelId],
        logging: "stderr",
      },
    );
    assert.equal(cleanup.exposed["stdin"], hidden);
    assert.ok(cleanup.dependsOn.includes(tunnel().urn));
    assert.ok(the(resources, configType).dependsOn.includes(tunnel().urn));
    const [first] = connectors();
    for (const needed of [cleanup, the(resources, configType)]) assert.ok(first?.dependsOn.includes(needed.urn));
  });

  it("has every field that the real package's types ask for, and no other", () => {
    const types = new Types("@pulumi/cloudflare");
    const declared = resources.filter(({ type }) => type.startsWith("cloudflare:"));
    assert.equal(declared.length, 4);
    for (const { type, inputs } of declared) assert.deepEqual(types.problems(type, inputs), []);
  });

  it("shows no secret", () => {
    for (const { type, name, exposed } of resources) {
      const text = JSON.stringify(exposed);
      assert.ok(!text.includes(token) && !text.includes(apiToken), `${type} ${name} shows a secret`);
    }
  });

  function connectors(): Declared[] {
    return of(resources, container).filter((one) => labelsOf(one).has("slipway.connector"));
  }
});

describe("whoever makes a tunnel", () => {
  const { CLOUDFLARE_API_TOKEN: before } = process.env;
  afterEach(() => {
    if (before === undefined) delete process.env["CLOUDFLARE_API_TOKEN"];
    else process.env["CLOUDFLARE_API_TOKEN"] = before;
  });

  it("is asked for a token of the API", async () => {
    delete process.env["CLOUDFLARE_API_TOKEN"];
    await assert.rejects(run(), {
      message:
        "slipway:tunnel is of the kind cloudflare, and there is no API token: pulumi config set --secret cloudflare:apiToken, or CLOUDFLARE_API_TOKEN in the environment, with one that may edit Cloudflare Tunnel in the account and DNS in the zone.",
    });
  });

  it("may have it in the environment, of which nothing is kept", async () => {
    process.env["CLOUDFLARE_API_TOKEN"] = apiToken;
    const { resources } = await run();
    const { token: kept } = inputOf(the(resources, step, "-cleanup"));
    assert.equal(kept, undefined);
    assert.ok(!JSON.stringify(resources).includes(apiToken));
  });
});
