import { table } from "../tables";
import { failuresOf, inAll, kinds } from "./load/figures";
import { beyond, groups, type Group, type Run } from "./runs";
import { parts } from "./times/split";

const titles: Record<Group, string> = {
  promotion: "promotion",
  rollback: "rollback",
  failing: "failing release",
  compose: "`docker compose up -d --wait`",
  swarm: "Swarm, start-first",
};

/** The clients' figures, a row for each group: failed requests by kind, and the longest gap of all its runs. */
export function requestsTable(runs: readonly Run[]): string {
  const head = [
    "under load",
    "runs",
    "requests",
    "fewest in a run",
    ...kinds,
    "failed",
    "longest gap, s",
    "of it stalled",
  ];
  const rows = groupsIn(runs).map((group) => {
    const figures = runs.filter((run) => run.group === group).map((run) => run.figures);
    const { requests, failed, gap } = inAll(figures);
    return [
      titles[group],
      String(figures.length),
      String(requests),
      String(Math.min(...figures.map((each) => each.requests))),
      ...kinds.map((kind) => String(failuresOf(kind, figures).failed)),
      `**${failed}**`,
      (gap.ms / 1000).toFixed(3),
      (gap.stalled / 1000).toFixed(3),
    ];
  });
  return table(head, rows);
}

/** The parts of each run's time. */
export function timesTable(runs: readonly Run[]): string {
  const head = ["update", "", "services", "wall, s", ...parts, "healthy after", "beyond", "gap, s", "load"];
  const rows = runs.map((run) => [
    titles[run.group],
    run.title,
    String(run.services),
    run.seconds.toFixed(2),
    ...parts.map((part) => (run.split[part] === 0 ? "" : run.split[part].toFixed(2))),
    run.healthy.toFixed(2),
    beyond(run).toFixed(2),
    (run.figures.gap.ms / 1000).toFixed(3),
    run.load.toFixed(1),
  ]);
  return table(head, rows);
}

/**
 * The reasons of failures, a line for each group and kind of client with failures; then further notes of the clients.
 */
export function reasons(runs: readonly Run[]): string {
  const failures = groupsIn(runs).flatMap((group) => {
    const figures = runs.filter((run) => run.group === group).map((run) => run.figures);
    return kinds.flatMap((kind) => {
      const { failed, reasons: why } = failuresOf(kind, figures);
      return failed > 0 ? [`- ${titles[group]}, ${kind}: ${why.join(", ")}`] : [];
    });
  });
  const crossed = runs.reduce((sum, { figures }) => sum + figures.kinds.socket.crossed, 0);
  return [
    ...(failures.length > 0 ? failures : ["- no request failed"]),
    `- WebSocket messages that met the server's clean close on the wire, and could have no answer: ${crossed}`,
  ].join("\n");
}

/** One run in a line, as soon as it has ended. */
export function line(run: Run): string {
  const { requests, failed, gap } = run.figures;
  const figures = `${requests} requests, ${failed} failed, longest gap ${(gap.ms / 1000).toFixed(3)} s`;
  return `  ${run.seconds.toFixed(1).padStart(6)} s  ${titles[run.group]} ${run.title}: ${figures}`;
}

function groupsIn(runs: readonly Run[]): Group[] {
  return groups.filter((group) => runs.some((run) => run.group === group));
}
