import type { DemoResult } from "./demo";
import { cpu, memory, phases, wall } from "./figures";
import { middle, ratio } from "./samples";
import type { SizeResult } from "./sizes";
import type { Sample } from "./stack";

const operations: Record<keyof DemoResult, string> = {
  previewStaging: "preview without changes, staging",
  previewProduction: "preview without changes, production",
  upStaging: "up without changes, staging",
  upProduction: "up without changes, production",
  promotion: "promotion of one service",
  rollback: "rollback of one service",
  release: "build and release one changed service (once)",
};

/** The waiting times of a person with the demo. */
export function demoTable(result: DemoResult): string {
  const rows = Object.entries(operations).map(([key, operation]) => {
    const samples = result[key as keyof DemoResult];
    return [operation, seconds(middle(samples, wall)), loads(samples)];
  });
  return table(["operation", "seconds", "load"], rows);
}

/** Wall times at each size, Slipway's and the bare program's. */
export function timesTable(results: readonly SizeResult[]): string {
  const row = (services: number, operation: string, ours: Sample[], theirs: Sample[]): string[] => [
    String(services),
    operation,
    seconds(middle(ours, wall)),
    seconds(middle(theirs, wall)),
    times(ratio(ours, theirs, wall)),
    loads([...ours, ...theirs]),
  ];
  const rows = results.flatMap(({ services, preview, up, change, back }) => [
    row(services, "preview without changes", preview.slipway, preview.bare),
    row(services, "up without changes", up.slipway, up.bare),
    row(services, "up with one service changed", change.slipway, change.bare),
    row(services, "back to the release before", back.slipway, back.bare),
  ]);
  return table(["services", "operation", "Slipway, s", "bare, s", "ratio", "load"], rows);
}

/** Processor time and memory of the program's process, without the CLI, the providers and Docker. */
export function programTable(results: readonly SizeResult[]): string {
  const rows = results.flatMap(({ services, preview }) =>
    (
      [
        ["Slipway", preview.slipway],
        ["bare", preview.bare],
      ] as const
    ).map(([program, samples]) => [
      String(services),
      program,
      ...(["load", "plan", "declare"] as const).map((part) =>
        seconds(middle(samples, (sample) => phases(sample)[part])),
      ),
      seconds(middle(samples, cpu)),
      middle(samples, memory).toFixed(0),
    ]),
  );
  return table(["services", "program", "load, s", "plan, s", "declare, s", "in all, s", "peak memory, MiB"], rows);
}

/** A table in Markdown; every column after the first is aligned to the right. */
export function table(head: readonly string[], rows: readonly string[][]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

function seconds(value: number): string {
  return Number.isNaN(value) ? "" : value.toFixed(2);
}

function times(value: number): string {
  return `${value.toFixed(2)} ×`;
}

function loads(samples: readonly Sample[]): string {
  const all = samples.map(({ load }) => load);
  return `${Math.min(...all).toFixed(1)}–${Math.max(...all).toFixed(1)}`;
}
