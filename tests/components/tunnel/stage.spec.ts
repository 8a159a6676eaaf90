import assert from "node:assert/strict";
import type { StagePlan } from "../../../plan/stage";
import { Stage } from "../../../components/stage";
import { connectorImage } from "../../../settings/tunnel";
import {
  container,
  declare,
  hidden,
  inputOf,
  labelsOf,
  of,
  remoteImage,
  roleOf,
  step,
  the,
  type Declared,
} from "../engine";
import { building, promoted } from "../shop";
import { behindTunnel, token, tokenWith, tunnelSecret as secret } from "./behind";

const run = (plan: StagePlan) => declare({ ...plan.id }, () => new Stage("app", plan).outputs);

for (const [kind, planOf] of Object.entries({ builds: building, "takes a release over": promoted })) {
  describe(`a stage that ${kind}, behind a tunnel that is there already`, () => {
    let resources: Declared[];
    let outputs: Awaited<ReturnType<typeof run>>["result"];
    let connectors: Declared[];
    let stage: string;

    before(async () => {
      const plan = await behindTunnel(planOf);
      stage = `shop-${plan.id.stage}`;
      ({ resources, result: outputs } = await run(plan));
      connectors = of(resources, container).filter((one) => labelsOf(one).has("slipway.connector"));
    });

    it("runs two connectors", () => {
      assert.deepEqual(
        connectors.map(({ name }) => name),
        [`${stage}-connector-1`, `${stage}-connector-2`],
      );
      const project = { label: "slipway.project", value: "shop" };
      const of = { label: "slipway.stage", value: stage.slice("shop-".length) };
      for (const [index, { inputs }] of connectors.entries()) {
        assert.deepEqual(inputs, {
          image: connectorImage,
          command: [
            "tunnel",
            "--metrics",
            "127.0.0.1:2000",
            "--grace-period",
            "10s",
            "run",
            "--token-file",
            "/etc/tunnel-token",
          ],
          uploads: [{ file: "/etc/tunnel-token", content: token, permissions: "0444" }],
          networksAdvanced: [{ name: `${stage}-edge-front-1a2b3c4` }],
          healthcheck: {
            tests: ["CMD", "cloudflared", "tunnel", "--metrics", "127.0.0.1:2000", "ready"],
            interval: "5s",
            timeout: "5s",
            startPeriod: "50s",
            retries: 3,
          },
          wait: true,
          waitTimeout: 120,
          restart: "unless-stopped",
          memory: 256,
          memorySwap: 256,
          capabilities: { drops: ["ALL"] },
          securityOpts: ["no-new-privileges:true"],
          logDriver: "json-file",
          logOpts: { "max-size": "10m", "max-file": "3" },
          stopTimeout: 20,
          destroyGraceSeconds: 20,
          labels: [{ label: "slipway.connector", value: String(index + 1) }, project, of],
        });
      }
    });

    it("replaces one after the other, the new one first", () => {
      const [first, second] = connectors as [Declared, Declared];
      const image = the(resources, remoteImage, "-connector-image");
      assert.deepEqual([image.inputs["name"], image.inputs["keepLocally"]], [connectorImage, true]);
      assert.ok(first.dependsOn.includes(image.urn));
      assert.ok(first.dependsOn.includes(roleOf(resources, "edge").urn), "people find somebody there");
      assert.ok(second.dependsOn.includes(first.urn));
      for (const { deleteBeforeReplace, deleteBeforeReplaceDefined, replaceOnChanges } of connectors) {
        assert.ok(deleteBeforeReplaceDefined && !deleteBeforeReplace);
        assert.deepEqual(replaceOnChanges, ["#initerror", "healthcheck"]);
      }
    });

    it("shows the token nowhere", () => {
      for (const { type, name, exposed } of resources) {
        const text = JSON.stringify(exposed);
        assert.ok(!text.includes(token) && !text.includes(secret), `${type} ${name} shows the token`);
      }
      assert.equal(connectors[0]?.exposed["uploads"][0].content, hidden);
      assert.ok(!JSON.stringify(outputs).includes(token));
    });

    it("holds no port of the machine but on loopback, and is found by its connectors", () => {
      const edge = roleOf(resources, "edge");
      assert.deepEqual(edge.inputs["ports"], [{ internal: 29000, external: 9000, ip: "127.0.0.1" }]);
      assert.deepEqual(edge.inputs["networksAdvanced"][0], {
        name: `${stage}-edge-front-1a2b3c4`,
        aliases: ["edge", "slipway-edge"],
      });
      for (const { inputs } of connectors) assert.equal(inputs["ports"], undefined);
    });

    it("cuts over only where its connectors are connected, and keeps them when it tidies up", () => {
      const cutover = the(resources, step, "-cutover");
      for (const { urn } of connectors) assert.ok(cutover.dependsOn.includes(urn));
      assert.deepEqual(inputOf(cutover)["connectors"], [
        { service: "connector-1", container: `${stage}-connector-1-1a2b3c4` },
        { service: "connector-2", container: `${stage}-connector-2-1a2b3c4` },
      ]);
      const { carriers } = inputOf(the(resources, step, "-record")) as { carriers: string[] };
      assert.deepEqual(carriers.slice(-2), [`${stage}-connector-1-id`, `${stage}-connector-2-id`]);
    });

    it("tells its public names, and where the tunnel has to send each", () => {
      assert.equal(outputs.url, "https://shop.example.com");
      assert.deepEqual(outputs.tunnel, {
        hostnames: ["shop.example.com", "api.example.com"],
        origins: { "shop.example.com": "http://edge:28080", "api.example.com": "http://edge:29000" },
      });
    });
  });
}

describe("a stage behind a tunnel", () => {
  it("runs as many connectors as it is told, of the version that it is told", async () => {
    const image = "cloudflare/cloudflared:2026.1.0";
    const { resources } = await run(await behindTunnel(building, { connectors: 3, image }));
    const connectors = of(resources, container).filter((one) => labelsOf(one).has("slipway.connector"));
    assert.equal(connectors.length, 3);
    assert.ok(connectors.every(({ inputs }) => inputs["image"] === image));
    assert.ok(connectors[2]?.dependsOn.includes(connectors[1]?.urn ?? "none"));
  });

  it("declares nothing at Cloudflare where it is given a token", async () => {
    const { resources } = await run(await behindTunnel(building));
    assert.deepEqual(
      resources.filter(({ type }) => type.startsWith("cloudflare:")).map(({ type }) => type),
      [],
    );
  });

  it("takes a token that was copied from several lines", async () => {
    const { resources } = await run(
      await behindTunnel(building, { token: ` ${token.slice(0, 20)}\r\n  ${token.slice(20)}\n` }),
    );
    const connector = of(resources, container).find((one) => labelsOf(one).has("slipway.connector"));
    assert.equal(connector?.inputs["uploads"][0].content, token);
  });

  for (const [what, wrong] of Object.entries({
    "a token that is none": "planted-wrong-token",
    "the whole command": `cloudflared service install ${token}`,
    "a token without a secret": Buffer.from('{"a":"a","t":"t"}').toString("base64"),
    "a token without its last signs": tokenWith("planted1").replace(/=+$/, ""),
    "a token in quotes": `"${token}"`,
  })) {
    it(`is refused with ${what}, which is not told`, async () => {
      await assert.rejects(behindTunnel(building, { token: wrong }), (error: Error) => {
        assert.match(error.message, /^slipway:tunnel\.token is no tunnel's token: set what `cloudflared tunnel token/);
        assert.ok(!error.message.includes(wrong));
        return true;
      });
    });
  }
});
