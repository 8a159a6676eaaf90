import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endpoint, tokenOf } from "../clouds/simulation/cloudflare";
import { Store } from "../clouds/simulation/store";
import { containers, docker } from "../docker";
import { onEngine, pulumi, runner } from "../engines";
import { assertClear, inOrder, succeeds, upAndClean } from "../expect";
import { Pair } from "../pair";
import { places } from "../secrets";
import { apiToken, FakeCloudflare, plantedSecret } from "./cloudflare";
import { connectorVersions } from "./connector";

const id = "0123456789abcdef0123456789abcdef";
const managed = { kind: "cloudflare", account: id, zone: id, hostnames: ["shop.example.com", "www.example.com"] };

onEngine(pulumi, "a stage that makes its tunnel at a simulated Cloudflare", (kind) => {
  inOrder();

  const kept = { ...process.env };
  const given = ["SLIPWAY_SIMULATED_CLOUD", endpoint, "CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_TOKEN"];
  let cloudflare: FakeCloudflare;
  let store: Store;
  let pair: Pair;

  before(async () => {
    store = new Store(realpathSync(mkdtempSync(join(tmpdir(), "slipway-cloudflare-"))));
    cloudflare = await FakeCloudflare.begin(() => origin(store));
    process.env["SLIPWAY_SIMULATED_CLOUD"] = store.folder;
    process.env[endpoint] = cloudflare.endpoint;
    process.env["CLOUDFLARE_BASE_URL"] = cloudflare.api;
    process.env["CLOUDFLARE_API_TOKEN"] = apiToken;
    const [image] = await connectorVersions();
    pair = await Pair.open(kind, { tunnel: { ...managed, image } });
    pair.project.simulated("cloudflare");
  });

  after(async () => {
    await pair?.project.dispose();
    cloudflare?.end();
    if (store) rmSync(store.folder, { recursive: true, force: true });
    for (const name of given) {
      if (kept[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = kept[name];
    }
  });

  it("is reached under its names, which lead to the tunnel", async () => {
    await upAndClean(pair.project.engine, "staging");
    assert.deepEqual(has(store), ["DnsRecord", "DnsRecord", "ZeroTrustTunnelCloudflared", configType]);
    const answer = await fetch(cloudflare.url, { headers: { connection: "close" } });
    assert.equal(((await answer.json()) as { edition: string }).edition, "first");
    assert.equal(cloudflare.connected, 2);
    const { url, tunnel } = await pair.project.engine.outputs("staging");
    assert.equal(url, "https://shop.example.com");
    assert.deepEqual(tunnel?.hostnames, managed.hostnames);
  });

  it("keeps neither its token nor that of the API", async () => {
    const tunnel = store.all().find(({ token }) => token.endsWith(":ZeroTrustTunnelCloudflared"));
    const token = tokenOf({ accountId: id, tunnelId: tunnel?.id });
    const secrets = { "the token": token, "its secret": plantedSecret, "the API's token": apiToken };
    assert.deepEqual(await places(pair.project, secrets), []);
  });

  it("goes, though its connectors were killed and never signed off", async () => {
    const all = await containers(pair.project.name, "staging");
    const connectors = all.filter(({ Config }) => Config.Labels["slipway.connector"]);
    await docker("kill", ...connectors.map(({ Id }) => Id));
    assert.equal(cloudflare.remembered, 2);
    const { text } = await succeeds(pair.project.engine.destroy("staging"));
    assert.match(text, /cleaning up what 2 connectors left/);
    assert.deepEqual(has(store), []);
  });

  it("comes back, and goes by itself", async () => {
    await upAndClean(pair.project.engine, "staging");
    assert.equal(cloudflare.connected, 2);
    await succeeds(pair.project.engine.destroy("staging"));
    assert.deepEqual([cloudflare.remembered, has(store)], [0, []]);
  });
});

onEngine(runner, "a stage that would make its tunnel at Cloudflare", (kind) => {
  let pair: Pair;

  before(async () => {
    process.env["CLOUDFLARE_API_TOKEN"] ??= apiToken;
    pair = await Pair.open(kind, { tunnel: managed });
  });

  it("asks for Cloudflare's package where the project has none", async () => {
    const outcome = await pair.project.engine.preview("staging");
    assert.ok(!outcome.ok);
    assertClear(outcome, /needs the package slipway-cloudflare: npm install --save-exact slipway-cloudflare/);
  });

  after(async () => {
    if (process.env["CLOUDFLARE_API_TOKEN"] === apiToken) delete process.env["CLOUDFLARE_API_TOKEN"];
    await pair?.project.dispose();
  });

  it("is refused by name", async () => {
    pair.project.simulated("cloudflare");
    const { ok, text } = await pair.project.engine.preview("staging");
    assert.ok(!ok);
    assert.match(text, /The runner does not know the resource type cloudflare:index\/zeroTrustTunnelCloudflared/);
  });
});

const configType = "ZeroTrustTunnelCloudflaredConfig";

function has(store: Store): string[] {
  return store
    .all()
    .map(({ token }) => token.split(":").at(-1) ?? "")
    .sort();
}

/** Where the ingress sends the first name. */
function origin(store: Store): string {
  const config = store.all().find(({ token }) => token.endsWith(configType))?.inputs["config"];
  const { ingresses = [] } = (config ?? {}) as { ingresses?: { service: string }[] };
  return (ingresses[0]?.service ?? "").replace("http://", "");
}
