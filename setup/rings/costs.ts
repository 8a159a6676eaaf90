import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nameOf, type Group } from "./groups";

/** What stands around the table in CONTRIBUTING.md. */
const [begin, end] = ["<!-- costs -->", "<!-- /costs -->"];

/** What groups cost, as a table: the dearest first. */
export function costTable(groups: readonly Group[]): string {
  const rows = [...groups]
    .sort((a, b) => b.minutes - a.minutes || (nameOf(a) < nameOf(b) ? -1 : 1))
    .map((group) => `| ${nameOf(group)} | ${group.core ? "yes" : "no"} | ${group.minutes} |`);
  return ["| group | core | minutes |", "| --- | --- | --- |", ...rows].join("\n");
}

/** The text with another table in the place of its own. */
export function withTable(text: string, table: string): string {
  const [before = "", rest = ""] = text.split(begin);
  const [, after = ""] = rest.split(end);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

/**
 * Keeps what groups took: in minutes.json, which the order of every later run is made by, and in CONTRIBUTING.md for people.
 *
 * @param took the minutes of each group that ran and passed
 */
export function keepCosts(groups: readonly Group[], took: ReadonlyMap<Group, number>): void {
  const measured = groups.map((group) => ({ ...group, minutes: rounded(took.get(group) ?? group.minutes) }));
  const entries = measured.map((group) => [nameOf(group), group.minutes] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync("setup/rings/minutes.json", `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
  writeFileSync("CONTRIBUTING.md", withTable(readFileSync("CONTRIBUTING.md", "utf8"), costTable(measured)));
  const prettier = join("node_modules", "prettier", "bin", "prettier.cjs");
  execFileSync(process.execPath, [prettier, "--write", "--log-level", "warn", "CONTRIBUTING.md"], { stdio: "inherit" });
}

/** Whole minutes, and at least one: the next run takes as long only by about that much. */
function rounded(minutes: number): number {
  return Math.max(1, Math.ceil(minutes));
}
