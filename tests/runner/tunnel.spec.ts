import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import type { StagePlan } from "../../plan/stage";
import { building } from "../components/shop";
import { behindTunnel, tokenWith } from "../components/tunnel/behind";
import { digestOf } from "../components/engine";
import { Engine, type ModelContainer } from "./model/engine";
import { ModelStage, stateFolder, type Ended, type Wanted } from "./model/run";

const version = (number: number): string => `cloudflare/cloudflared:2026.${number}.0`;

/** Every moment where somebody asks for it, as tests/runner/converge.spec.ts does; else every third. */
const stride = process.env["SLIPWAY_HISTORIES"] === undefined ? 3 : 1;

/** An Engine that notes whenever fewer connectors are connected than ever since it began to look. */
class Watched extends Engine {
  fewest = Infinity;

  connectors(): ModelContainer[] {
    return this.labelled("slipway.connector");
  }

  look(): void {
    this.fewest = Math.min(this.fewest, this.connectors().filter((one) => this.isHealthy(one)).length);
  }

  override stop(container: ModelContainer): void {
    super.stop(container);
    this.look();
  }

  override removeContainer(container: ModelContainer, force: boolean): void {
    super.removeContainer(container, force);
    this.look();
  }
}

describe("the connectors of a tunnel, on the runner", () => {
  let folder: string;
  let engine: Watched;
  let stage: ModelStage;

  const changes: [what: string, change: Record<string, unknown>][] = [
    ["another version", { image: version(2) }],
    ["another token", { token: tokenWith("rotated") }],
    ["one more", { connectors: 3 }],
    ["all of it at once", { image: version(2), token: tokenWith("rotated"), connectors: 4 }],
  ];

  for (const [what, change] of changes) {
    it(`are never fewer than they were with ${what}, and back`, async () => {
      const [before, after] = await Promise.all([behind({}), behind(change)]);
      await inStage(async () => {
        await succeeds({ plan: before });
        engine.look();
        for (const plan of [after, before]) {
          await succeeds({ plan });
          await converged(plan);
        }
        assert.ok(engine.fewest >= 2, `${engine.fewest} were connected`);
      });
    });
  }

  it("are never fewer than they were, where an update is killed at any single moment", async function () {
    this.timeout(120_000);
    const [before, after] = await Promise.all([behind({}), behind({ image: version(2) })]);
    let moments = 1;
    for (let killAt = 1; killAt <= moments; killAt += stride) {
      await inStage(async () => {
        await succeeds({ plan: before });
        engine.look();
        const ended = await stage.up({ plan: after, killAt });
        moments = ended.result === "killed" ? killAt + stride : killAt;
        await succeeds({ plan: after });
        await converged(after);
        assert.ok(engine.fewest >= 2, `${engine.fewest} were connected, killed at the moment ${killAt}`);
      });
    }
    assert.ok(moments > 10, `only ${moments} moments`);
  });

  it("stay where new ones do not connect, of which there is one, and are replaced by those that do", async () => {
    await inStage(async () => {
      await succeeds({ plan: await behind({}) });
      engine.look();
      const old = engine.connectors().map(({ id }) => id);
      engine.sick.add(version(2));
      const plan = await behind({ image: version(2) });
      for (let attempt = 0; attempt < 2; attempt++) {
        assert.equal((await stage.up({ plan })).result, "failed");
        const now = engine.connectors();
        assert.ok(old.every((id) => now.some((one) => one.id === id)));
        const fresh = now.filter(({ id }) => !old.includes(id));
        assert.ok(fresh.every(({ options }) => options.Labels?.["slipway.connector"] === "1"));
      }
      const cured = await behind({ image: version(3) });
      await succeeds({ plan: cured });
      await converged(cured);
      assert.ok(engine.fewest >= 2, `${engine.fewest} were connected`);
    });
  });

  it("go with the stage", async () => {
    await inStage(async () => {
      const plan = await behind({});
      await succeeds({ plan });
      assert.equal((await stage.down({ plan })).result, "succeeded");
      assert.deepEqual([...engine.containers.values()], []);
    });
  });

  function behind(more: Record<string, unknown>): Promise<StagePlan> {
    return behindTunnel(building, { image: version(1), ...more });
  }

  async function inStage(work: () => Promise<void>): Promise<void> {
    folder = stateFolder();
    engine = new Watched();
    const services = ["web", "api"].map((name) => `127.0.0.1:5000/shop/${name}@${digestOf(`shop/${name}:content`)}`);
    ["haproxy:3.2", "registry:2", version(1), version(2), version(3), ...services].forEach((image) =>
      engine.images.add(image),
    );
    stage = new ModelStage(engine, folder);
    try {
      await work();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  async function succeeds(wanted: Wanted): Promise<Ended> {
    const ended = await stage.up(wanted);
    assert.equal(ended.result, "succeeded", ended.failure?.message);
    return ended;
  }

  /** As many as there should be, of the right version, and another run finds nothing to do. */
  async function converged(plan: StagePlan): Promise<void> {
    const { steps } = await succeeds({ plan });
    assert.deepEqual(
      steps.map(({ op, name }) => `${op} ${name}`),
      [],
    );
    const { connectors = 0, image } = plan.tunnel ?? {};
    const images = engine.connectors().map(({ options }) => options.Image);
    assert.deepEqual(
      images,
      Array.from({ length: connectors }, () => image),
    );
  }
});
