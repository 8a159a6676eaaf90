import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { closing, countsOfTap, sum, type Counts, type Run } from "./counts";

/**
 * Sums up a folder of counts: `runs` has a line a run, its exit code, its file's name, what ran, and why its tests
 * were skipped if they were, by tabs; the file is what a runner counted, as JSON or as TAP. Prints the closing lines; exits 1 where anything failed.
 */
function main(folder: string): void {
  const runs = readFileSync(join(folder, "runs"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => readRun(folder, line));
  console.log(closing(runs).join("\n"));
  process.exitCode = sum(runs).failed === 0 ? 0 : 1;
}

function readRun(folder: string, line: string): Run {
  const [status = "1", file = "", name = "", reason = ""] = line.split("\t");
  return { name, status: Number(status), reason, counts: readCounts(join(folder, file)) };
}

function readCounts(file: string): Counts | undefined {
  if (!existsSync(file)) {
    return undefined;
  }
  const text = readFileSync(file, "utf8");
  return file.endsWith(".json") ? (JSON.parse(text) as Counts) : countsOfTap(text);
}

main(process.argv[2] ?? ".");
