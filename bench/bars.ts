import { cpu, memory, own, wall } from "./figures";
import { middle, ratio } from "./samples";
import type { SizeResult } from "./sizes";

/** A bar and its measured figure. */
export interface Bar {
  what: string;
  measured: number;
  atMost: number;
  unit: string;
}

/** The bars for Slipway's speed. Both programs run as Pulumi runs any TypeScript program by default. */
export function bars(results: readonly SizeResult[]): Bar[] {
  const largest = results.find(({ services }) => services === 100);
  return [
    ...results.map(({ services, preview }) => ({
      what: `a preview of ${services} services beside the bare program's`,
      measured: ratio(preview.slipway, preview.bare, wall),
      atMost: 1.1,
      unit: "times",
    })),
    ...results.map(({ services, preview }) => ({
      what: `peak memory at ${services} services beside the bare program's`,
      measured: ratio(preview.slipway, preview.bare, memory),
      atMost: 1.2,
      unit: "times",
    })),
    ...(largest
      ? [
          {
            what: "processor time of Slipway's own functions at 100 services, to plan and to declare",
            measured: middle(largest.preview.slipway, own),
            atMost: 1,
            unit: "s",
          },
          {
            what: `the same of the whole process, with Node and Pulumi's SDK (the bare program's: ${middle(largest.preview.bare, cpu).toFixed(2)} s)`,
            measured: middle(largest.preview.slipway, cpu),
            atMost: 1,
            unit: "s",
          },
        ]
      : []),
  ];
}

/** A bar and its result in words. */
export function verdict({ what, measured, atMost, unit }: Bar): string {
  return `- ${measured <= atMost ? "met" : "MISSED"}: ${what}: ${measured.toFixed(2)} ${unit} (at most ${atMost})`;
}
