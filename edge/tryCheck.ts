import type { HttpCheck } from "./httpChecks";
import { backendName, trialPort, type Slot } from "./layout";
import type { RunningEdge } from "./running";

/** The time, in milliseconds, between two attempts. */
const pause = 500;

/**
 * Carries out a check on the containers of a slot that does not serve yet, until it passes or its time is over: a
 * program that has just started may need a moment for its first answer.
 *
 * @throws Error naming the check, and what came instead
 */
export async function tryOut(edge: RunningEdge, check: HttpCheck, slot: Slot): Promise<void> {
  const headers = { host: check.through.host, "x-slipway-trial": backendName(check, slot) };
  const until = Date.now() + check.timeout * 1000;
  for (;;) {
    const trouble = await attempt(edge, check, trialPort, headers);
    if (trouble === undefined) return;
    if (Date.now() > until) throw new CheckError(check, trouble, "before the cutover");
    await new Promise((done) => setTimeout(done, pause));
  }
}

/**
 * Carries out a check the way people reach the service.
 *
 * @returns what came instead; undefined where it passed
 */
export function tryThrough(edge: RunningEdge, check: HttpCheck): Promise<string | undefined> {
  const { port, host, serving } = check.through;
  return attempt(edge, check, port, { host, ...(serving === undefined ? {} : { "x-slipway-serving": serving }) });
}

/** A check that a release did not pass. */
export class CheckError extends Error {
  readonly service: string;

  constructor({ service, path }: HttpCheck, trouble: string, when: string) {
    super(`The check of ${service} at ${path} did not pass ${when}: ${trouble}.`);
    this.service = service;
  }
}

async function attempt(
  edge: RunningEdge,
  check: HttpCheck,
  port: number,
  headers: Record<string, string>,
): Promise<string | undefined> {
  try {
    return judgeAnswer(check, await edge.ask(port, check.path, headers, check.timeout));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Judges an answer.
 *
 * @returns the problem; undefined: there is none
 */
export function judgeAnswer(
  { status, text }: Pick<HttpCheck, "status" | "text">,
  answer: { status: number; body: string },
): string | undefined {
  if (answer.status !== status) {
    return `it answered ${answer.status}, not ${status}`;
  }
  if (text !== undefined && !answer.body.includes(text)) {
    return `its answer does not hold ${JSON.stringify(text)}; it begins with ${JSON.stringify(answer.body.slice(0, 80))}`;
  }
  return undefined;
}
