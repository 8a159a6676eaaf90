import assert from "node:assert/strict";
import { changeOf, type ContainerEvent } from "../../../../bench/promotion/times/containers";
import { engineSpans } from "../../../../bench/promotion/times/engine";
import { parts, split, type Part, type Span } from "../../../../bench/promotion/times/split";
import type { EngineEvent } from "../../../../bench/promotion/times/update";

const span = (part: Part, from: number, to: number): Span => ({ part, from, to });

describe("an update's time", () => {
  it("is split so that the parts add up, and what is left is the engine's", () => {
    const taken = split(1000, 11_000, [span("program", 2000, 5000), span("start", 6000, 8000)]);
    assert.deepEqual([taken.engine, taken.program, taken.start, taken.drain], [5, 3, 2, 0]);
    assert.equal(
      parts.reduce((sum, part) => sum + taken[part], 0),
      10,
    );
  });

  it("counts once where several things go on, for the one that comes later in an update", () => {
    const taken = split(0, 10_000, [
      span("program", 0, 6000),
      span("pull", 2000, 4000),
      span("start", 3000, 5000),
      span("start", 4000, 7000),
    ]);
    assert.deepEqual([taken.program, taken.pull, taken.start, taken.engine], [2, 1, 4, 3]);
  });

  it("leaves out what lies beyond its begin and its end", () => {
    const taken = split(1000, 2000, [span("program", 0, 1500), span("drain", 1900, 9000), span("pull", 5000, 6000)]);
    assert.deepEqual([taken.program, taken.drain, taken.pull, taken.engine.toFixed(3)], [0.5, 0.1, 0, "0.400"]);
  });

  const happened = (container: string, ...events: [action: string, at: number][]): ContainerEvent[] =>
    events.map(([action, at]) => ({ container, action, at }));

  it("is read from what happened to the containers, the old and the new ones", () => {
    const change = changeOf([
      ...happened("new web", ["create", 1000], ["start", 1200], ["health_status: healthy", 2300]),
      ...happened("new api", ["create", 1100], ["start", 1200], ["health_status: healthy", 2700]),
      ...happened("old web", ["kill", 4000], ["die", 5500]),
      // One signal asks, another ends it at last.
      ...happened("old api", ["kill", 4100], ["kill", 6000], ["die", 6001]),
    ]);
    assert.deepEqual([change.created, change.healthy, change.drain, change.drained], [2, 1.5, 2.001, 6001]);
    assert.deepEqual(change.spans, [span("start", 1000, 2300), span("start", 1100, 2700), span("drain", 4000, 6001)]);
  });

  it("knows neither health nor drain where a release failed", () => {
    const change = changeOf(happened("new", ["create", 0], ["start", 100], ["health_status: unhealthy", 3000]));
    assert.deepEqual([change.healthy, change.drain, change.drained], [0, 0, undefined]);
    assert.deepEqual(change.spans, [span("start", 0, 3000)]);
  });

  const event = (at: number, kind: "resourcePreEvent" | "resOutputsEvent", op: string, type: string, name: string) =>
    ({ at, [kind]: { metadata: { op, type, urn: `urn:pulumi:production::app::${type}::${name}` } } }) as EngineEvent;

  it("is read from what the engine said, for what changes", () => {
    const [image, command] = ["docker:index/remoteImage:RemoteImage", "command:local:Command"];
    const used = { cpuSeconds: 1, peakMiB: 1, marks: {}, began: 500, reached: { declared: 900 } };
    const urn = `urn:pulumi:production::app::${command}::app-cutover`;
    const said = (at: number, line: string): EngineEvent => ({
      at,
      diagnosticEvent: { urn, message: `${line}\n`, severity: "info" },
    });
    const spans = engineSpans(
      [
        event(1000, "resourcePreEvent", "create-replacement", image, "web-image"),
        event(1500, "resOutputsEvent", "create-replacement", image, "web-image"),
        event(1000, "resourcePreEvent", "same", image, "api-image"),
        event(1900, "resOutputsEvent", "same", image, "api-image"),
        event(2000, "resourcePreEvent", "update", command, "app-cutover"),
        said(2200, "sending traffic to v2"),
        said(2500, "watching v2 for 5 s"),
        said(7500, "v2 serves"),
        event(9000, "resOutputsEvent", "update", command, "app-cutover"),
      ],
      used,
    );
    assert.deepEqual(spans, [
      span("program", 500, 900),
      span("pull", 1000, 1500),
      span("check", 2000, 9000),
      span("cutover", 2200, 9000),
      span("watch", 2500, 9000),
      span("drain", 7500, 9000),
    ]);
  });
});
