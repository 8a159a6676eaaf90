import { printable } from "../errors/printable";
import { remedyFor } from "./remedies";
import type { ContainerState, State } from "./judge";

/** How much of what a health check printed is shown, in characters: the Engine keeps up to 4,096. */
const shownCharacters = 600;

/**
 * A container that is not well, for the person whose update fails by it: which service, what is wrong, what its health check printed last,
 * the end of its log, and what to do.
 *
 * @param who what people call it, at a sentence's beginning: `The service web`, `The edge`
 * @param trouble the end of the first sentence, without its full stop
 * @param seen the container as the Engine shows it
 * @param log the last lines of its log
 */
export function unwell(who: string, trouble: string, seen: ContainerState, log: string): string {
  const parts = [`${who} is not well: ${trouble}.`, lastCheck(seen.state), lastLines(log)];
  return [...parts, whatToDo(seen.state, log)].filter(Boolean).join("\n");
}

/** How often a health check failed by now, as the end of a sentence. */
export function failedChecks({ Health: health }: State, retries = 0): string {
  const streak = health?.FailingStreak ?? 0;
  if (streak === 0) return "its health check does not pass";
  const times = streak === 1 ? "once" : `${streak} times in a row`;
  return `its health check failed ${times}${retries > 0 ? ` (healthcheck.retries: ${retries})` : ""}`;
}

function lastCheck({ Health: health }: State): string {
  const last = health?.Log?.at(-1);
  if (!last || health?.Status === "healthy") return "";
  const printed = printable(last.Output).trim();
  if (isLate(printed)) return `Its last try was ended for taking too long (${printed}).`;
  if (printed === "") return `Its last try ended with exit code ${last.ExitCode} and printed nothing.`;
  const shown = printed.length > shownCharacters ? `… ${printed.slice(-shownCharacters)}` : printed;
  return `Its last try ended with exit code ${last.ExitCode} and printed:\n${indented(shown)}`;
}

function lastLines(log: string): string {
  const lines = printable(log).trimEnd();
  return lines.trim() === "" ? "Its log is empty." : `Its log ends with:\n${indented(lines)}`;
}

/** The health check's own trouble comes first: a program that is missing there says nothing of the service. */
function whatToDo({ Health: health, OOMKilled: starved, Running: runs }: State, log: string): string {
  const last = health?.Status === "healthy" ? undefined : health?.Log?.at(-1);
  if (starved) {
    return "It was ended for want of memory: raise its limit (mem_limit, or deploy.resources.limits.memory), or make it need less.";
  }
  if (runs && last && isMissing(last)) {
    return "The image lacks the program of the health check: choose one that it has (healthcheck.test).";
  }
  const remedy = remedyFor(log);
  if (remedy) return remedy;
  if (runs && last && isLate(last.Output)) {
    return "Give each try longer (healthcheck.timeout), or let the check ask for something that answers sooner.";
  }
  return health && runs
    ? "Mend what the log tells of; where the service only needs longer to begin, say so (healthcheck.start_period, healthcheck.retries)."
    : "Mend what the log tells of.";
}

/** The Engine's words (moby: daemon/health.go). */
function isLate(output: string): boolean {
  return /^Health check exceeded timeout/.test(output.trim());
}

function isMissing({ ExitCode, Output }: { ExitCode: number; Output: string }): boolean {
  return ExitCode === 127 || /executable file not found|no such file or directory: unknown/.test(Output);
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}
