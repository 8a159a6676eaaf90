import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { dockerHealthWatch, type Seen, type WatchedEngine } from "../../docker/healthWatch";
import type { ContainerState, Health } from "../../docker/judge";

/** An Engine whose containers are what a test says they are. */
class Engine implements WatchedEngine {
  readonly containers: (Seen & ContainerState)[] = [];
  readonly removed: string[] = [];
  asked = 0;

  add(
    id: string,
    labels: Record<string, string>,
    health: Partial<Health> & { Status: string },
    State = "running",
  ): void {
    this.containers.unshift({
      Id: id,
      Labels: { "slipway.project": "shop", ...labels },
      State,
      Status: `Up 5 seconds (${health.Status})`,
      restarts: 0,
      check: { Retries: 3 },
      state: {
        Status: State,
        Running: State === "running",
        Restarting: false,
        ExitCode: State === "running" ? 0 : 1,
        StartedAt: new Date().toISOString(),
        Health: health,
      },
    });
  }

  list(): Promise<Seen[]> {
    this.asked++;
    return Promise.resolve([...this.containers]);
  }

  states(ids: string[]): Promise<ContainerState[]> {
    return Promise.resolve(ids.flatMap((id) => this.containers.find(({ Id }) => Id === id) ?? []));
  }

  log(container: string, lines: number): Promise<string> {
    return Promise.resolve(`the last ${lines} lines of ${container}`);
  }

  remove(container: string): Promise<void> {
    this.removed.push(container);
    return Promise.resolve();
  }
}

const web = { "slipway.service": "web" };

describe("a new container is watched", () => {
  let engine: Engine;
  let told: string[];
  const kept: string[] = [];

  beforeEach(() => {
    engine = new Engine();
    told = [];
    kept.length = 0;
  });

  const begin = async (within = 60): Promise<void> => {
    const keep = (_: unknown, log: string): string => (kept.push(log), "All of it is kept.");
    const own = engine;
    const watch = dockerHealthWatch(() => Promise.resolve(own), keep, { every: 2 });
    await watch.begin({ who: "The service web", labels: web, within }, (words) => told.push(words));
  };
  const over = async (done: () => boolean): Promise<void> => {
    for (let tries = 0; tries < 200 && !done(); tries++) await pause(5);
    assert.ok(done(), "nothing came of it");
  };

  it("and given up, told of and taken away when the Engine calls it unhealthy", async () => {
    engine.add("old", web, { Status: "healthy" });
    await begin();
    engine.add("new", web, { Status: "unhealthy", FailingStreak: 3, Log: [{ ExitCode: 1, Output: "503" }] });
    await over(() => engine.removed.length > 0);
    assert.deepEqual(engine.removed, ["new"]);
    assert.equal(told.length, 1);
    for (const part of [
      /^The service web is not well: its health check failed 3 times in a row \(healthcheck\.retries: 3\)\.$/m,
      /^ {2}503$/m,
      /^ {2}the last 20 lines of new$/m,
      /^All of it is kept\.$/m,
      /The one before it serves on, or runs again\. The next pulumi up makes a new container in its place\.$/m,
    ]) {
      assert.match(told[0] ?? "", part);
    }
    assert.deepEqual(kept, ["the last 20000 lines of new"]);
  });

  it("and given up when it has ended, with nothing before it to serve on", async () => {
    await begin();
    engine.add("new", web, { Status: "unhealthy" }, "exited");
    await over(() => engine.removed.length > 0);
    assert.match(told[0] ?? "", /its container is exited \(exit code 1\)/);
    assert.doesNotMatch(told[0] ?? "", /serves on/);
  });

  it("and given up a moment before what waits for it does", async () => {
    await begin(2);
    engine.add("new", web, { Status: "starting", FailingStreak: 1 });
    await over(() => engine.removed.length > 0);
    assert.match(told[0] ?? "", /its health check failed once/);
  });

  it("until it is healthy, and no longer", async () => {
    await begin();
    engine.add("new", web, { Status: "healthy" });
    await pause(30);
    const { asked } = engine;
    await pause(30);
    assert.equal(engine.asked, asked, "nothing is asked any more");
    assert.deepEqual([told, engine.removed], [[], []]);
  });

  it("and others are let be: those that were there, those with other labels, those that are only made", async () => {
    engine.add("old", web, { Status: "unhealthy", FailingStreak: 9 });
    await begin();
    engine.add("another", { "slipway.service": "api" }, { Status: "unhealthy", FailingStreak: 9 });
    engine.add("new", web, { Status: "starting" }, "created");
    await pause(50);
    assert.deepEqual([told, engine.removed], [[], []]);
  });

  it("also where the Engine does not answer for a while", async () => {
    await begin();
    const { list } = engine;
    engine.list = () => Promise.reject(new Error("Cannot connect to the Docker daemon"));
    await pause(20);
    engine.list = list;
    engine.add("new", web, { Status: "unhealthy", FailingStreak: 3 });
    await over(() => engine.removed.length > 0);
    assert.deepEqual(engine.removed, ["new"]);
  });
});
