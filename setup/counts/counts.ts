/** What a test runner counted. */
export interface Counts {
  passed: number;
  failed: number;
  /** The failed tests, each with why, in one line, where the runner told it. */
  failures: string[];
  /** The skipped tests, each with its reason where the runner told one. */
  skipped: string[];
}

/** A runner's counts, as read from its file, and how it ended. */
export interface Run {
  /** What ran, such as `unit tests`. */
  name: string;
  /** Its exit code. */
  status: number;
  /** Why it could not run some or all of its tests, so that they skipped themselves. */
  reason?: string;
  /** What it counted; undefined where it has no tests to count, or ended before it had counted them. */
  counts?: Counts;
}

/**
 * Adds the counts of several runs. A run that failed although it counted no failed test counts as one failed test, so
 * that no failure is ever summed up as a success.
 */
export function sum(runs: readonly Run[]): { passed: number; failed: number; skipped: number } {
  return {
    passed: total(runs, ({ counts }) => counts?.passed ?? 0),
    failed: total(runs, ({ counts, status }) => Math.max(counts?.failed ?? 0, status === 0 ? 0 : 1)),
    skipped: total(runs, ({ counts }) => counts?.skipped.length ?? 0),
  };
}

/**
 * The closing lines of a test run: what was skipped, which tests failed (nobody should have to look for them in an hour
 * of output), and the sums in a line of their own.
 *
 * @returns lines; the last is `N passed, N failed, N skipped`
 */
export function closing(runs: readonly Run[]): string[] {
  const { passed, failed, skipped } = sum(runs);
  const broken = runs.filter(({ status, counts }) => status !== 0 || (counts?.failed ?? 0) > 0);
  return [
    ...(skipped > 0 ? ["Skipped:", ...runs.flatMap(skippedLines)] : []),
    ...(broken.length > 0 ? [`Failed: ${broken.map(({ name }) => name).join(", ")}`] : []),
    ...broken.flatMap(({ name, counts }) => (counts?.failures ?? []).map((failure) => `  ${name}: ${failure}`)),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ];
}

/**
 * The counts in what node's test runner prints as TAP.
 *
 * @returns undefined where the text does not end with node's summary
 */
export function countsOfTap(text: string): Counts | undefined {
  const number = (name: string) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(text)?.[1]);
  const [passed, failed, cancelled] = [number("pass"), number("fail"), number("cancelled")];
  if ([passed, failed, cancelled].some(Number.isNaN)) {
    return undefined;
  }
  const skipped = [...text.matchAll(/^\s*ok \d+ - (.*) # (?:SKIP|TODO)(.*)$/gm)];
  return {
    passed,
    failed: failed + cancelled,
    failures: [...text.matchAll(/^\s*not ok \d+ - (.*)$/gm)].map(([, name = ""]) => name),
    skipped: skipped.map(([, name, reason]) => `${name}${reason ? ` (${reason.trim()})` : ""}`),
  };
}

/**
 * Why a test failed, in one line. Where a command's output is the message, its first line says little: the first that names an error is
 * told as well.
 *
 * @param message an error's, of any length
 */
export function whyOf(message: string): string {
  const [first = "", ...rest] = message
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const telling = rest.find((line) => /error\b/i.test(line));
  return [first, telling ?? []].flat().map(shorten).join(" … ");
}

/** So that a line stays one that is read: 300 characters. */
function shorten(line: string): string {
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** A run that skipped tests for one reason is told in a line. */
function skippedLines({ name, reason, counts }: Run): string[] {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: [] as string[] };
  if (reason && skipped.length > 0) {
    const share =
      passed + failed === 0 ? `all ${skipped.length}` : `${skipped.length} of ${passed + failed + skipped.length}`;
    return [`  ${name}, ${share}: ${reason}`];
  }
  return skipped.map((test) => `  ${name}: ${test}`);
}

function total(runs: readonly Run[], of: (run: Run) => number): number {
  return runs.reduce((all, run) => all + of(run), 0);
}
