import assert from "node:assert/strict";
import { anyConnected, connected, isConnected } from "../../edge/connectors";
import type { RunningEdge } from "../../edge/running";
import type { State } from "../../docker/judge";
import { watchOver } from "../../edge/watch";
import { FakeEngine } from "../docker/fakeEngine";

const running: State = {
  Status: "running",
  Running: true,
  Restarting: false,
  ExitCode: 0,
  StartedAt: "2026-11-21T12:00:00Z",
  Health: { Status: "healthy" },
};

describe("a connector", () => {
  const cases: [what: string, state: Partial<State>, connected: boolean][] = [
    ["is connected where its health check says so", {}, true],
    ["is not where the check has not passed yet", { Health: { Status: "starting" } }, false],
    ["is not where the check does not pass", { Health: { Status: "unhealthy" } }, false],
    ["is not where nothing asks it", { Health: undefined }, false],
    ["is not where it has ended", { Running: false, Status: "exited" }, false],
    ["is not while it starts again", { Restarting: true }, false],
  ];
  for (const [what, state, connected] of cases) {
    it(what, () => assert.equal(isConnected({ state: { ...running, ...state }, restarts: 1 }), connected));
  }

  it("is not where it is gone", () => assert.equal(isConnected(undefined), false));
});

describe("the connectors of a tunnel", () => {
  let fake: FakeEngine;
  let containers: Record<string, State>;
  const both = [1, 2].map((number) => ({ service: `connector-${number}`, container: `c${number}` }));
  const well = running;
  const ill: State = { ...running, Health: { Status: "unhealthy" } };
  const stopped: State = { ...running, Running: false, Status: "exited", ExitCode: 137 };
  let said: string[];

  beforeEach(() => (said = []));
  beforeEach(async () => {
    fake = await FakeEngine.start((asked) => {
      const [, name = "", what] = /containers\/([^/]+)\/(json|start)$/.exec(asked) ?? [];
      if (what === "start") containers[name] = well;
      const State = containers[name];
      return State && { Id: name, State, RestartCount: 0, Config: {} };
    });
  });
  afterEach(() => fake.stop());

  /** Has an Engine that knows containers by name, and has them well once it has started them. */
  const engine = (known: Record<string, State>): void => void (containers = { ...known });
  const look = () => connected(fake.engine, both, (line) => said.push(line));
  const edge = () => ({ engine: fake.engine, prolong: () => Promise.resolve() }) as unknown as RunningEdge;
  const watch = () => watchOver(edge(), { containers: [], connectors: both, checks: [], back: "a", watch: 0 });

  it("are connected where each of them is", async () => {
    engine({ c1: well, c2: well });
    await look();
    assert.deepEqual(said, ["2 connectors are connected"]);
  });

  it("are none in a stage without a tunnel", async () => {
    engine({});
    await connected(fake.engine, [], (line) => said.push(line));
    assert.ok(await anyConnected(fake.engine, []));
    assert.deepEqual(said, []);
  });

  it("are started where somebody stopped one", async () => {
    engine({ c1: well, c2: stopped });
    await look();
    assert.deepEqual(said, [
      "connector-2 had stopped: starting it",
      "1 containers are well",
      "2 connectors are connected",
    ]);
  });

  it("are not where one is gone, and that one is named", async () => {
    engine({ c1: well });
    await assert.rejects(look(), {
      message: "connector-2 of the tunnel is gone: pulumi up --refresh makes it anew.",
    });
  });

  it("lead people to a release that is watched, as long as one of them is left", async () => {
    engine({ c1: ill, c2: well });
    await watch();
    engine({ c2: well });
    await watch();
  });

  it("lead nobody there where none is left", async () => {
    engine({ c1: ill });
    await assert.rejects(watch(), {
      message: "None of the tunnel's connectors is connected, so nobody reaches the release.",
    });
  });
});
