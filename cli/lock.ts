import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/** Who holds a stage's lock. */
export interface Holder {
  user: string;
  host: string;
  pid: number;
  /** ISO 8601. */
  at: string;
}

/**
 * Who holds a stage's lock, by the words in which Pulumi refuses to go on (pulumi/pulumi: pkg/backend/diy/lock.go); Pulumi Cloud
 * does not tell.
 *
 * @returns undefined where these words are about something else
 */
export function holders(refusal: string): Holder[] | undefined {
  if (!/currently locked by|another update is currently in progress/i.test(refusal)) {
    return undefined;
  }
  return [...refusal.matchAll(/created by (.*)@(\S+) \(pid (\d+)\) at (\S+)/g)].map(
    ([, user = "", host = "", pid = "", at = ""]) => ({ user, host, pid: Number(pid), at }),
  );
}

/** Whether a process still runs; undefined where it is another machine's. */
export function stillRuns({ host, pid }: Holder): boolean | undefined {
  if (host !== hostname()) {
    return undefined;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  // The number may be another program's by now.
  return nameOf(pid)?.startsWith("pulumi") ?? true;
}

function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8");
  } catch {
    return undefined;
  }
}
