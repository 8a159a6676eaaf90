/** A line of what an Engine tells while it pulls, builds or pushes: a JSON object each. */
interface ProgressLine {
  /** Since API 1.48 the only one that stays. (https://docs.docker.com/reference/api/engine/version-history/#v148-api-changes) */
  errorDetail?: { message?: unknown };
  /** What Engines before that say beside it. */
  error?: unknown;
}

/**
 * What went wrong in an Engine's progress. The answer's status is 200 from its beginning on, so a failure shows only in one of its lines.
 *
 * @param progress the lines, as texts or read already
 * @returns the reason without a full stop; undefined where no line tells of an error
 */
export function failureIn(progress: string | readonly unknown[]): string | undefined {
  const lines = typeof progress === "string" ? progress.split("\n").map(read) : progress;
  for (const line of lines) {
    const { errorDetail, error } = (typeof line === "object" && line !== null ? line : {}) as ProgressLine;
    const reason = [errorDetail?.message, error].find((text) => typeof text === "string" && text.trim() !== "");
    if (reason !== undefined) return (reason as string).trim().replace(/\.$/, "");
    if (errorDetail || error) return "it does not say why";
  }
  return undefined;
}

function read(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
