import type { Bar } from "../bars";
import { inAll } from "./load/figures";
import { beyond, own, type Run } from "./runs";

/** How many requests a run must have had for its failures to say something. */
export const enough = 30_000;

/** What was set for updates under load, of Slipway's own runs only. */
export function bars(runs: readonly Run[]): Bar[] {
  const ours = own.flatMap((group) => {
    const of = runs.filter((run) => run.group === group);
    const { failed, gap } = inAll(of.map(({ figures }) => figures));
    const fewest = Math.min(...of.map(({ figures }) => figures.requests));
    return of.length === 0
      ? []
      : [
          {
            what: `failed requests, ${group}: ${of.length} runs of ${fewest} and more`,
            measured: failed,
            atMost: 0,
            unit: "",
          },
          {
            what: `requests that the smallest run, ${group}, falls short of ${enough}`,
            measured: Math.max(0, enough - fewest),
            atMost: 0,
            unit: "",
          },
          { what: `longest gap, ${group}`, measured: gap.ms / 1000, atMost: 0.1, unit: "s" },
        ];
  });
  const single = runs.filter(({ group, services }) => group === "promotion" && services === 1);
  return single.length === 0
    ? ours
    : [
        ...ours,
        {
          what: "the slowest promotion of one service, beyond the new container's health, the watch and the drain",
          measured: Math.max(...single.map(beyond)),
          atMost: 5,
          unit: "s",
        },
      ];
}
