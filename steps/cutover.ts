import type { HttpCheck } from "../edge/httpChecks";
import { untilFound } from "../edge/found";
import { backendName, idleBeside, upstreams, type Slot, type Upstream } from "../edge/layout";
import { joined, namesIn } from "../edge/replicas";
import { fillCommands, isSameLayout, releaseCommand, type EdgeState } from "../edge/state";
import type { StageId } from "../docker/labels";
import { runCheck, type CheckRun } from "../docker/checkContainer";
import { connected } from "../edge/connectors";
import type { Engine } from "../docker/engine";
import { RunningEdge } from "../edge/running";
import { becomeReady, logOf, type Verified } from "../docker/health";
import { layOut, type Wanted } from "../edge/write";
import { startStopped } from "../docker/start";
import type { Say } from "../docker/say";
import { tryOut } from "../edge/tryCheck";
import { switchLease, watchOver } from "../edge/watch";

/** What a cutover needs. */
export interface CutoverInput {
  stage: StageId;
  /** The edge's container; none in a stage that has no edge. */
  edge?: string;
  /** Where the edge is to listen once the release serves. */
  front: Wanted;
  /** The containers of the release, of all its services. */
  containers: Verified[];
  /** The doors of the names that lead to it, by service; empty where no service calls another. */
  doors?: Verified[];
  /** The connectors of the stage's tunnel, which visitors come through; empty without a tunnel. */
  connectors?: Verified[];
  /** The release that they run. */
  release: string;
  checks: HttpCheck[];
  /** The services that must end well before the release serves. */
  runs: Pick<CheckRun, "check" | "container">[];
  /** How long, in seconds, the release is watched before the switch counts. */
  watch: number;
  /** How long, in seconds, requests under way may take to end on the old containers, by service. */
  grace: Record<string, number>;
}

/**
 * Sends traffic to the containers of a release: they are made known to the edge and tried there, all services switch at one
 * moment, the release is watched, and only then does the switch count. Before that, whatever goes wrong here, or to this process, leads
 * back to the release before.
 *
 * @throws Error that says why, with the last log lines of the container that is to blame
 */
export async function cutover(input: CutoverInput, say: Say, engine: Engine): Promise<{ release: string }> {
  const itself = input.edge === undefined ? [] : [{ service: "the edge", container: input.edge }];
  const doors = (input.doors ?? []).map((door) => ({ ...door, service: `the door of ${door.service}` }));
  await startStopped(engine, input.stage, [...itself, ...doors, ...input.containers], say);
  await becomeReady(engine, input.containers, say);
  if (input.edge === undefined) {
    await runAll(engine, input, say);
    return { release: input.release };
  }
  await connected(engine, input.connectors ?? [], say);
  const edge = new RunningEdge(engine, input.edge);
  const before = await edge.settled(say);
  if (before.serving && serves(before, input)) {
    say(`${input.release} serves already`);
    await tryAll(edge, input, before.serving, say);
    await runAll(engine, input, say);
    return { release: input.release };
  }
  const slot = idleBeside(before.serving);
  await prepare(edge, input, slot);
  await tryAll(edge, input, slot, say);
  await runAll(engine, input, say);
  const switchedAt = await switchAndWatch(edge, input, { back: before.serving, slot }, say);
  await drain(edge, input, before, switchedAt, say);
  return { release: input.release };
}

function serves({ serving, containers, releases, layouts }: EdgeState, input: CutoverInput): boolean {
  if (serving === undefined || releases[serving] !== input.release) return false;
  const wanted = routed(input, upstreams(input.front.listening));
  const known = Object.entries(wanted).every(([service, name]) => containers[serving][service] === name);
  return known && isSameLayout(layouts[serving], input.front.listening);
}

/** The containers that stand behind the edge, by service; several as one word (edge/replicas.ts). */
function routed({ containers }: CutoverInput, behind: readonly Upstream[]): Record<string, string> {
  const names = byService(containers);
  const services = [...new Set(behind.map(({ service }) => service))].sort();
  return Object.fromEntries(
    services.flatMap((service) => (names.has(service) ? [[service, names.get(service) ?? ""]] : [])),
  );
}

function byService(containers: readonly Verified[]): Map<string, string> {
  const names = new Map<string, string[]>();
  for (const { service, container } of containers) names.set(service, [...(names.get(service) ?? []), container]);
  return new Map([...names].map(([service, all]) => [service, joined(all)]));
}

/** Fills the slot that does not serve: first on file, for an edge that restarts, then in the running one. */
async function prepare(edge: RunningEdge, input: CutoverInput, slot: Slot): Promise<void> {
  const { release } = input;
  await layOut(edge, input.front);
  await edge.handOn();
  const before = await edge.state();
  const behind = upstreams(before.layouts[slot] ?? input.front.listening);
  const containers = routed(input, behind);
  await edge.keep({
    containers: { ...before.containers, [slot]: containers },
    releases: { ...before.releases, [slot]: release },
  });
  const said = await edge.administer([...fillCommands(behind, slot, containers), releaseCommand(slot, release)]);
  const found = await untilFound(edge, { behind, containers, slot }, said);
  const serving = new Set(before.serving ? Object.values(before.containers[before.serving]) : []);
  const fresh = Object.values(containers)
    .filter((names) => !serving.has(names))
    .flatMap(namesIn);
  await edge.acquaint(
    slot,
    fresh.flatMap((name) => found.get(name) ?? []),
  );
}

async function tryAll(edge: RunningEdge, input: CutoverInput, slot: Slot, say: Say): Promise<void> {
  if (input.checks.length === 0) return;
  const behind = new Map(upstreams(input.front.listening).map(({ service, replicas = 1 }) => [service, replicas]));
  await withLog(edge.engine, input, () =>
    Promise.all(
      input.checks.map(async (check) => {
        // Its containers answer by turns, so each of them is asked.
        for (let asked = 0; asked < (behind.get(check.service) ?? 1); asked++) await tryOut(edge, check, slot);
      }),
    ),
  );
  say(`${count(input.checks.length, "check")} passed on the containers of ${input.release}`);
}

/** One after the other, so that what they print can be told apart. */
async function runAll(engine: Engine, { stage, release, runs, containers }: CutoverInput, say: Say): Promise<void> {
  const meant = Object.fromEntries(byService(containers));
  for (const run of runs) {
    await runCheck(engine, { ...run, stage, release, meant }, say);
  }
}

/** @returns when the switch was made, in milliseconds since 1970 */
async function switchAndWatch(
  edge: RunningEdge,
  input: CutoverInput,
  { back, slot }: { back: Slot | undefined; slot: Slot },
  say: Say,
): Promise<number> {
  say(`sending traffic to ${input.release}`);
  await edge.switchTo(slot, back, switchLease);
  const switchedAt = Date.now();
  try {
    if (input.watch > 0) say(`watching ${input.release} for ${input.watch} s`);
    await withLog(edge.engine, input, () => watchOver(edge, { ...input, back }));
    await edge.confirm();
  } catch (error) {
    await edge.goBack(back);
    say(back ? "traffic goes to the release before again" : "no release serves");
    throw error;
  }
  say(`${input.release} serves`);
  return switchedAt;
}

/** Waits until what was under way on the old containers has ended, which then can be stopped. */
async function drain(
  edge: RunningEdge,
  input: CutoverInput,
  { serving, containers, layouts }: EdgeState,
  switchedAt: number,
  say: Say,
): Promise<void> {
  if (!serving) return;
  // A release before may have had other ports.
  const earlier = upstreams(layouts[serving] ?? input.front.listening);
  const current = routed(input, earlier);
  const left = earlier.filter(
    ({ service }) => containers[serving][service] && containers[serving][service] !== current[service],
  );
  let waiting = left;
  while (waiting.length > 0) {
    const sessions = await edge.sessions();
    waiting = waiting.filter((upstream) => {
      const until = switchedAt + (input.grace[upstream.service] ?? 0) * 1000;
      return (sessions.get(backendName(upstream, serving)) ?? 0) > 0 && Date.now() < until;
    });
    if (waiting.length > 0) await new Promise((done) => setTimeout(done, 200));
  }
  if (left.length > 0) say("the old containers are done");
}

/** Adds the last log lines of the container to blame to an error that names its service. */
async function withLog(engine: Engine, input: CutoverInput, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { service } = error as { service?: string };
    const container = input.containers.find((one) => one.service === service)?.container;
    if (!(error instanceof Error) || !container) throw error;
    throw new Error(`${error.message}\n${await logOf(engine, container)}`.trim(), { cause: error });
  }
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
