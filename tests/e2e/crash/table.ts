import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { told, type Seen } from "./load";

/** What came of one kind of crash. */
export interface Row {
  /** What befell which update. */
  crash: string;
  /** What the update said of it, or how far it came. */
  failed: string;
  /** What visitors saw from before the crash until everything was in order again. */
  seen: Seen;
  /** What served, and what was left on the machine. */
  left: string;
  /** How it came to the wanted state. */
  mended: string;
}

const rows: Row[] = [];

/** Adds a row to the table that is printed when the run ends. */
export function noted(row: Row): void {
  rows.push(row);
  console.log(`      ${row.crash}: ${told(row.seen)}`);
}

/** Names the file to which a run that another one started hands its rows, rather than printing them. */
export const rowsOf = "SLIPWAY_TEST_ROWS";

/** Takes over the rows that another run handed over. */
export function takeRows(file: string): void {
  if (existsSync(file)) rows.push(...(JSON.parse(readFileSync(file, "utf8")) as Row[]));
  rmSync(file, { force: true });
}

process.once("exit", () => {
  if (rows.length === 0) return;
  const file = process.env[rowsOf];
  if (file) {
    writeFileSync(file, JSON.stringify(rows));
    return;
  }
  const lines = rows.map(({ crash, failed, seen, left, mended }) => [crash, failed, told(seen), left, mended]);
  const header = [
    "what befell a promotion",
    "how it ended",
    "what visitors saw",
    "what served and was left",
    "what mended it",
  ];
  const all = [header, header.map(() => "---"), ...lines];
  console.log(
    `\n${all.map((cells) => `| ${cells.map((cell) => cell.replace(/\|/g, "/")).join(" | ")} |`).join("\n")}\n`,
  );
});
