import assert from "node:assert/strict";
import { containers, docker, leftovers, type Container } from "../docker";
import type { Engine } from "../engine";
import { onTellingEngine } from "../engines";
import { inOrder, refuses, succeeds, upAndClean } from "../expect";
import { Pair, type Told } from "../pair";
import { places } from "../secrets";
import { until } from "../until";
import { Visitor } from "../visitor";
import { FakeCloudflare, plantedSecret } from "./cloudflare";
import { connectorVersions } from "./connector";
import { Prober } from "./prober";

onTellingEngine("a stage behind a tunnel", (kind) => {
  inOrder();

  let cloudflare: FakeCloudflare;
  let pair: Pair;
  let prober: Prober | undefined;
  let fewest: () => number;
  let versions: [string, string];
  let first = "none";

  const engine = (): Engine => pair.project.engine;

  before(async () => {
    versions = await connectorVersions();
    pair = await Pair.open(kind, {
      tunnel: { kind: "token", hostnames: ["shop.example.com"], image: versions[0] },
    });
    cloudflare = await FakeCloudflare.begin(() => `edge:${arrives(pair)}`);
    await engine().setConfig("staging", "tunnel.token", cloudflare.token, { secret: true });
  });

  after(async () => {
    await prober?.leave();
    await pair?.project.dispose();
    cloudflare?.end();
  });

  it("is reached by it, and by no port", async () => {
    await upAndClean(engine(), "staging");
    assert.equal((await look()).edition, "first");
    const all = await containers(pair.project.name, "staging");
    assert.deepEqual(
      all.flatMap(({ HostConfig }) => Object.keys(HostConfig.PortBindings ?? {})),
      [],
    );
    await assert.rejects(pair.look(), "the service's own port is closed");
    assert.equal((await connectors()).length, 2);
    const told = await engine().outputs("staging");
    assert.equal(told.url, "https://shop.example.com");
    assert.deepEqual(told.tunnel, {
      hostnames: ["shop.example.com"],
      origins: { "shop.example.com": `http://edge:${arrives(pair)}` },
    });
    first = told.release?.name ?? "none";
    prober = new Prober(pair.project.name, "staging");
    await until(() => prober?.samples.at(-1)?.ready === 2, 30, "the prober finds both connectors ready");
    prober.samples.length = 0;
    fewest = cloudflare.watch();
  });

  it("shows its token nowhere", async () => {
    assert.deepEqual(await places(pair.project, { "the token": cloudflare.token, "its secret": plantedSecret }), []);
    for (const { Config } of await connectors()) {
      assert.deepEqual(
        Config.Env.filter((one) => /tunnel|token/i.test(one)),
        [],
      );
    }
  });

  it("is updated without a lost request, its connectors untouched", async () => {
    const before = await connectors();
    await pair.edition("second");
    const { failures, requests } = await visited(() => upAndClean(engine(), "staging"));
    assert.deepEqual(failures, []);
    assert.equal((await look()).edition, "second");
    assert.deepEqual(namesOf(await connectors()), namesOf(before));
    console.log(`      ${requests} requests, none failed`);
  });

  it("gets connectors of another version without a lost request", async () => {
    const before = await connectors();
    await engine().setConfig("staging", "tunnel.image", versions[1]);
    const { failures, requests } = await visited(() => upAndClean(engine(), "staging"));
    assert.deepEqual(failures, []);
    const now = await connectors();
    const wanted = await docker("image", "inspect", "--format", "{{.Id}}", versions[1]);
    assert.deepEqual(
      now.map(({ Image }) => Image),
      [wanted, wanted],
    );
    assert.ok(now.every(({ Name }) => !namesOf(before).includes(Name)));
    const [one, two] = now as [Container, Container];
    // Whether it is connected is asked every five seconds.
    assert.ok(Date.parse(two.Created) - startedAt(one) > 4500, "the second was made before the first was connected");
    console.log(`      ${requests} requests, none failed`);
  });

  it("is rolled back without a lost request", async () => {
    await engine().setConfig("staging", "release", first);
    const { failures } = await visited(() => upAndClean(engine(), "staging"));
    assert.deepEqual(failures, []);
    assert.equal((await look()).edition, "first");
  });

  it("gets a lost connector back by itself", async () => {
    const [lost] = (await connectors()) as [Container, Container];
    const ever = cloudflare.everConnected;
    // A crash from within: what the Engine is asked to kill it does not start again.
    await docker("exec", lost.Id, "node", "-e", 'process.kill(1, "SIGUSR2")');
    await until(() => cloudflare.everConnected > ever && cloudflare.connected === 2, 60, "both are connected again");
    assert.equal((await look()).edition, "first");
    await until(async () => (await connectors()).every(isHealthy), 60, "both are healthy again");
  });

  it("starts a connector that somebody stopped with the next update", async () => {
    const [stopped] = (await connectors()) as [Container, Container];
    await docker("stop", stopped.Id);
    await engine().setConfig("staging", "watch", "2");
    await engine().removeConfig("staging", "release");
    await succeeds(engine().up("staging"));
    assert.deepEqual((await connectors()).map(isHealthy), [true, true]);
    assert.equal((await look()).edition, "second");
  });

  it("keeps its connectors where new ones do not connect, and its release", async () => {
    const before = await connectors();
    const nowhere = Buffer.from(JSON.stringify({ a: "a", t: "t", s: "s", e: "127.0.0.1:1" })).toString("base64");
    await engine().setConfig("staging", "tunnel.token", nowhere, { secret: true });
    const update = await engine().up("staging");
    assert.ok(!update.ok, update.text);
    const now = await connectors();
    assert.ok(before.every(({ Name }) => now.some((one) => one.Name === Name && isHealthy(one))));
    assert.equal((await look()).edition, "second");
    await engine().setConfig("staging", "tunnel.token", cloudflare.token, { secret: true });
    await upAndClean(engine(), "staging");
    assert.deepEqual((await connectors()).map(isHealthy), [true, true]);
  });

  it("was never without a connector, through all of it", async () => {
    const samples = (await prober?.leave()) ?? [];
    const least = Math.min(...samples.map(({ ready }) => ready));
    assert.ok(samples.length > 100);
    assert.deepEqual(
      samples.filter(({ ready }) => ready === 0),
      [],
    );
    assert.ok(fewest() >= 1, "those who count connections counted none");
    console.log(
      `      ${samples.length} samples, never fewer than ${least} ready; connections: never fewer than ${fewest()}`,
    );
  });

  it("is refused with another port open beside it", () =>
    composed(
      (text) => `${text}    ports: ["7777:3000"]\n`,
      /The service api publishes its port 3000 beyond loopback, and with slipway:tunnel/,
    ));

  it("is refused with a name that leads to a database", () => {
    // The lowest HTTP port is what a name without a service leads to.
    const port = '{ target: 6379, published: "6379", host_ip: 127.0.0.1, app_protocol: http }';
    return composed(
      (text) => `${text}  db: { image: redis:7, ports: [${port}] }\n`,
      /has the port 6379 of a database reached from everywhere as shop\.example\.com: let that name lead to another/,
    );
  });

  it("is taken down with its connectors", async () => {
    await succeeds(engine().destroy("staging"));
    assert.equal(cloudflare.connected, 0);
    assert.deepEqual((await leftovers(pair.project.name, "staging")).container, []);
  });

  /** Makes sure that the stage is refused with another compose file. */
  async function composed(change: (text: string) => string, says: RegExp): Promise<void> {
    const text = pair.project.read("compose.yaml");
    pair.project.write("compose.yaml", change(`${text.trimEnd()}\n`));
    await refuses(pair.project, "staging", says);
    pair.project.write("compose.yaml", text);
  }

  /** Works while visitors come through the tunnel. */
  async function visited(work: () => Promise<unknown>): Promise<{ requests: number; failures: string[] }> {
    const visitor = new Visitor(cloudflare.url);
    await work();
    return visitor.leave();
  }

  async function look(): Promise<Told> {
    const answer = await fetch(cloudflare.url, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(10_000),
    });
    assert.equal(answer.status, 200);
    return (await answer.json()) as Told;
  }

  async function connectors(): Promise<Container[]> {
    const all = await containers(pair.project.name, "staging");
    return all.filter(({ Config }) => Config.Labels["slipway.connector"]);
  }
});

/** The port at which the edge expects the tunnel. */
function arrives({ url }: Pair): number {
  return Number(new URL(url).port) + 20_000;
}

function namesOf(all: Container[]): string[] {
  return all.map(({ Name }) => Name).sort();
}

function isHealthy({ State }: Container): boolean {
  return State.Status === "running" && State.Health?.Status === "healthy";
}

/** When a container was started, in milliseconds since 1970. */
function startedAt({ State }: Container): number {
  return Date.parse((State as unknown as { StartedAt: string }).StartedAt);
}
