/**
 * Loaded into a Pulumi program before anything else: when the program ends, it writes what the process has used as JSON
 * to the file that SLIPWAY_BENCH_PROBE names. The program marks the points that it reaches, each with the use until
 * then.
 */
import { writeFileSync } from "node:fs";
import type { PerformanceMark } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const file = process.env["SLIPWAY_BENCH_PROBE"];

if (isMainThread && file) {
  process.once("exit", () => {
    const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;
    const marks = (performance.getEntriesByType("mark") as PerformanceMark[]).filter(({ detail }) => detail);
    const used = {
      cpuSeconds: seconds(process.cpuUsage()),
      peakMiB: process.resourceUsage().maxRSS / 1024,
      marks: Object.fromEntries(marks.map(({ name, detail }) => [name, seconds(detail as NodeJS.CpuUsage)])),
      began: performance.timeOrigin,
      reached: Object.fromEntries(marks.map(({ name, startTime }) => [name, performance.timeOrigin + startTime])),
    };
    writeFileSync(file, JSON.stringify(used));
  });
}
