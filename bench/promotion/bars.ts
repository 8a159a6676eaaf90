import { inAll } from "./load/figures";
import { beyond, own, type Run } from "./runs";

/** How many requests a run must have had for its failures to count. */
const enough = 30_000;

/** The longest gap, in seconds. */
const longest = 0.1;

/** How long, in seconds, a promotion of one service may take beyond its necessary waits. */
const atMost = 5;

/** Whether Slipway's own runs met the bars for updates under load: a line in Markdown for each bar. */
export function bars(runs: readonly Run[]): string[] {
  return [
    ...own.flatMap((group) =>
      ofGroup(
        group,
        runs.filter((run) => run.group === group),
      ),
    ),
    ...ofOne(runs),
  ];
}

function ofGroup(group: string, runs: readonly Run[]): string[] {
  if (runs.length === 0) {
    return [];
  }
  const { failed, gap } = inAll(runs.map(({ figures }) => figures));
  const fewest = Math.min(...runs.map(({ figures }) => figures.requests));
  return [
    bar(failed === 0, `${group}: ${failed} failed requests in ${runs.length} runs (0)`),
    bar(fewest >= enough, `${group}: ${fewest} requests in the run with the fewest (at least ${enough})`),
    bar(gap.ms <= longest * 1000, `${group}: longest gap ${(gap.ms / 1000).toFixed(3)} s (at most ${longest} s)`),
  ];
}

function ofOne(runs: readonly Run[]): string[] {
  const single = runs.filter(({ group, services }) => group === "promotion" && services === 1);
  const slowest = Math.max(...single.map(beyond));
  const what = `one service promoted in ${slowest.toFixed(2)} s at most, beyond the new container's health, the watch and the drain`;
  return single.length === 0 ? [] : [bar(slowest <= atMost, `${what} (at most ${atMost} s)`)];
}

function bar(met: boolean, text: string): string {
  return `- ${met ? "met" : "MISSED"}: ${text}`;
}
