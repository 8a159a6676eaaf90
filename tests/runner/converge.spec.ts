import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import fc from "fast-check";
import { imageOf, isHealthy, planOf, volumeOf, type App, type Name, type Service } from "./model/app";
import { changed, cured, history, type Episode } from "./model/change";
import { Engine } from "./model/engine";
import { astray, edgeInVain, interrupted, stoppedInVain, unserved } from "./model/invariants";
import { ModelStage, stateFolder, type Ended } from "./model/run";
import { digestOf } from "../components/engine";

/** How many histories are tried; each is of a few runs. */
const histories = Number(process.env["SLIPWAY_HISTORIES"] ?? 30);
const seed = process.env["SLIPWAY_SEED"] === undefined ? undefined : Number(process.env["SLIPWAY_SEED"]);

/** Where nobody asks for a number of histories, as many as ten seconds are enough for. */
const limit =
  process.env["SLIPWAY_HISTORIES"] === undefined
    ? { interruptAfterTimeLimit: 10_000, markInterruptAsFailure: false }
    : {};

const counted = { histories: 0, runs: 0, succeeded: 0, failed: 0, killed: 0, steps: 0, moments: 0 };

/** One stage through its history, and what must hold all the while (DESIGN.md: "What must always hold"). */
class Chronicle {
  private readonly engine = new Engine();
  private readonly stage: ModelStage;
  /** What the edge was last told to serve. */
  private good: App = { services: {}, networks: { back: 0, pool: 0 } };
  /** What was tried since, without coming so far. */
  private tried: App[] = [];
  /** Whether somebody took away what served. */
  private disturbed = false;

  constructor(
    private app: App,
    private readonly builds: boolean,
    folder: string,
  ) {
    this.stage = new ModelStage(this.engine, folder);
    this.engine.images.add("haproxy:3.2");
  }

  /** What somebody takes away by hand is no fault of the stage's. */
  lose(which: number): void {
    const lost = [...this.engine.containers.values()][which];
    if (!lost) return;
    this.engine.containers.delete(lost.id);
    this.disturbed = true;
  }

  async run(app: App, fate: Partial<Episode["fate"]>): Promise<Ended> {
    this.app = app;
    this.tried.push(app);
    Object.entries(app.services).forEach(([name, service]) => this.infect(name, service));
    this.engine.shared = sharedIn(app);
    const plan = planOf(app, this.builds);
    const harm: string[] = [];
    const { length: recorded } = this.stage.ledger;
    const ended = await this.stage.up({
      plan,
      killAt: fate.killAt,
      failing: new Set(fate.failing ? [fate.failing] : []),
      onCutover: () => this.settle(app),
      watch: (step, moment) => {
        harm.push(...this.harm().map((what) => `${what}, ${moment} ${step.op} ${step.name}`));
      },
    });
    count(ended);
    const told = `${ended.result}${ended.failure ? ` (${ended.failure.message})` : ""}`;
    assert.deepEqual([...new Set([...harm, ...this.harm()])], [], `after a run that ${told}`);
    // What is recorded counts, and the old release may go, also where the run is killed while it goes.
    if (this.stage.ledger.length > recorded) this.settle(app);
    else if (ended.result !== "succeeded" && !this.disturbed) {
      assert.deepEqual(stoppedInVain(this.engine, this.lasting(app)), [], `after a run that ${told}`);
      assert.deepEqual(edgeInVain(this.engine, this.good, [...this.tried, app]), [], `after a run that ${told}`);
    }
    if (ended.result !== "killed") {
      const expected = isHealthy(app) && ended.failed.length === 0 ? "succeeded" : "failed";
      assert.equal(ended.result, expected, `the run ${told}`);
    }
    if (ended.result === "succeeded") {
      this.settle(app);
      assert.deepEqual(astray(this.engine, app, plan), [], "after a run that succeeded");
      assert.deepEqual(unserved(this.engine, app), [], "after a run that succeeded");
    }
    return ended;
  }

  /** Whatever happened, a good run brings everything to where it should be, and another one finds nothing to do. */
  async converge(): Promise<void> {
    const app = cured(this.app);
    await this.run(app, {});
    const again = await this.run(app, {});
    assert.deepEqual(
      again.steps.map(({ op, name }) => `${op} ${name}`),
      [],
      "a second run changes nothing",
    );
  }

  private settle(app: App): void {
    this.good = app;
    this.tried = [];
    this.disturbed = false;
  }

  /** What an update that fails has to leave running: not what a network with an address range of its own took away when it moved. */
  private lasting(app: App): App {
    const moved = [...this.tried, app].some(({ networks }) => networks.pool !== this.good.networks.pool);
    const services = Object.entries(this.good.services).filter(
      ([, service]) => !moved || !(service.networks.includes("pool") || service.role === "fixed"),
    );
    return { ...this.good, services: Object.fromEntries(services) };
  }

  private harm(): string[] {
    const may = new Set(this.tried.flatMap((app) => [...interrupted(this.good, app), ...stopped(this.good, app)]));
    const services = Object.entries(this.good.services).filter(([name]) => !may.has(name as never));
    const must = { ...this.good, services: Object.fromEntries(services) };
    return [...this.engine.harm, ...(this.disturbed ? [] : unserved(this.engine, must))];
  }

  private infect(name: string, service: NonNullable<App["services"]["a"]>): void {
    const [repository = "", tag = ""] = imageOf(name, service).split(":");
    if (service.sick) this.engine.sick.add(digestOf(`shop/${repository}:${tag}`));
  }
}

/** The volumes that two services write to in one application. */
function sharedIn({ services }: App): Set<string> {
  const all = Object.entries(services).map(([name, service]) => [name, volumeOf(service)] as const);
  const pairs = all.flatMap(([one, volume]) =>
    all
      .filter(([other, same]) => one < other && volume !== undefined && same === volume)
      .map(([other]) => [one, other]),
  );
  return new Set(pairs.map(([one, other]) => `${one} ${other} ${volumeOf(services[one as Name] as Service)}`));
}

/** What ceases to be an HTTP service may be stopped first. */
function stopped(from: App, to: App): string[] {
  return Object.keys(from.services).filter((name) => to.services[name as never]?.["role"] !== "http");
}

function count({ result, steps, moments }: Ended): void {
  counted.runs += 1;
  counted[result] += 1;
  counted.steps += steps.length;
  counted.moments += moments;
}

describe("a stage on the runner, whatever happens to it", () => {
  it(`keeps serving, keeps its data and converges (${histories} histories)`, async function () {
    this.timeout(0);
    await fc.assert(
      fc.asyncProperty(history, async ({ builds, first, episodes }) => {
        counted.histories += 1;
        const folder = stateFolder();
        try {
          const chronicle = new Chronicle(first, builds, folder);
          const apps: App[] = [first];
          await chronicle.run(first, {});
          for (const { changes, fate, lost } of episodes) {
            const now = apps.at(-1) as App;
            const next = Array.isArray(changes) ? changes.reduce(changed, now) : (apps.at(-1 - changes.back) ?? first);
            apps.push(next);
            if (lost !== undefined) chronicle.lose(lost);
            await chronicle.run(next, fate);
          }
          await chronicle.converge();
        } finally {
          rmSync(folder, { recursive: true });
        }
      }),
      // What is found is told with its seed and with the shortest history that shows it.
      { numRuns: histories, seed, path: process.env["SLIPWAY_PATH"], includeErrorInReport: true, ...limit },
    );
    console.log(
      `      ${Object.entries(counted)
        .map(([what, number]) => `${number} ${what}`)
        .join(", ")}`,
    );
  });
});
