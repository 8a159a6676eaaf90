import { endpoint, type Attachment } from "./endpoint";
import { once } from "node:events";
import { ask, unlessGone } from "./ask";
import { containerOptions, type ContainerInputs } from "./container";
import { createContainer, findContainer, removeContainer, startContainer, type Inspected } from "./containers";
import type { Engine } from "./engine";
import { Lines } from "./lines";
import { connectNetwork } from "./networks";
import type { Say } from "./say";

/** A container that is to run to its end once. */
export interface OnceRun {
  /** The container's name, the same for every attempt. */
  name: string;
  /** As the Docker provider takes it; everything known. */
  container: ContainerInputs;
  /** What an interrupted attempt left, as {@link look} found it before it was decided that this one runs. */
  left?: Ended;
  /** A run that ended before is none of this one: milliseconds since 1970. */
  since?: number;
  /** How long, in seconds, it may run. Undefined: as long as it takes. */
  within?: number;
  /** How often it is started again where it ends with another exit code than 0; undefined: never. */
  retries?: number;
  /** Gets what it prints. */
  output?: (bytes: Uint8Array) => void;
}

/** What the Engine says of a container that runs once. */
export type Ended = Pick<Inspected["State"], "Status" | "ExitCode" | "OOMKilled" | "FinishedAt">;

/** How a container ended. */
export interface Ending {
  exitCode: number;
  /** When, in ISO 8601, UTC. */
  at: string;
  /** Its last lines of output. */
  last: string[];
  /** Whether it was ended because it took too long. */
  late: boolean;
  /** Whether the Engine ended it for want of memory. */
  starved: boolean;
}

/** Somebody took a container away while its end was waited for. */
export class TakenAway extends Error {}

/** How many of its last lines are kept for an error. */
const shownLines = 40;

/**
 * Runs a container to its end. One of that name that an interrupted attempt left is taken up: waited for where it runs, taken as
 * it is where it ended well, else made anew. The container stays: {@link discard} takes it away.
 *
 * @throws TakenAway where somebody else took it away before its end was seen
 * @throws Error where it cannot be started, or the Engine does not answer
 */
export async function runOnce(engine: Engine, run: OnceRun, say: Say): Promise<Ending> {
  if (counts(run)) {
    say(`taking up ${run.name}, which an interrupted update left`);
  } else {
    await discard(engine, run.name);
    await start(engine, run);
  }
  let ending = await attend(engine, run);
  for (let retry = 1; ending.exitCode !== 0 && !ending.late && retry <= (run.retries ?? 0); retry++) {
    say(`it ended with exit code ${ending.exitCode}, and is started again (${retry} of ${run.retries} times)`);
    await new Promise((done) => setTimeout(done, pauseBefore(retry)));
    // With all digits: what it printed in the last millisecond would come twice.
    const ended = await look(engine, run.name);
    await startContainer(engine, run.name);
    ending = await attend(engine, run, ended?.FinishedAt);
  }
  return ending;
}

/**
 * How long, in milliseconds, the Engine itself waits before it starts a container again: 100 ms, twice as long each time, a minute at most
 * (https://docs.docker.com/reference/cli/docker/container/run/#restart).
 */
export function pauseBefore(retry: number): number {
  return Math.min(100 * 2 ** (retry - 1), 60_000);
}

/**
 * Waits for a container's end, and hears what it prints from its beginning.
 *
 * @param from in ISO 8601: what it printed before is left out
 */
export async function attend(
  engine: Engine,
  { name, within, output }: Omit<OnceRun, "container">,
  from?: string,
): Promise<Ending> {
  let late = false;
  const end = (): void => {
    late = true;
    void engine.api("POST", `/containers/${name}/kill`).catch(() => undefined);
  };
  const timer = within === undefined ? undefined : setTimeout(end, within * 1000);
  const wait = ask(engine, "POST", `/containers/${name}/wait`, `wait for the container ${name}`).catch(unlessGone(""));
  const [last] = await Promise.all([listen(engine, name, output, from), wait]).finally(() => clearTimeout(timer));
  const state = await look(engine, name);
  if (!state) {
    throw new TakenAway(`The container ${name} was taken away before it could be seen how it ended.`);
  }
  const at = new Date(Date.parse(state.FinishedAt) || Date.now()).toISOString();
  return { exitCode: state.ExitCode, at, last, late, starved: state.OOMKilled ?? false };
}

/** Takes a container away, with the volumes that have no name; one that is not there is no error. */
export function discard(engine: Engine, name: string): Promise<void> {
  return removeContainer(engine, name, { volumes: true });
}

/** Whether what an interrupted attempt left is this run: it runs still, or it ended well. */
function counts({ left, since = 0 }: OnceRun): boolean {
  const endedWell = left?.Status === "exited" && left.ExitCode === 0 && Date.parse(left.FinishedAt) > since;
  return left?.Status === "running" || endedWell;
}

/** What the Engine says of a container; undefined where there is none. */
export async function look(engine: Engine, name: string): Promise<Ended | undefined> {
  return (await findContainer(engine, name))?.State;
}

async function start(engine: Engine, { name, container }: OnceRun): Promise<void> {
  const [first, ...others] = (container["networksAdvanced"] ?? []) as Attachment[];
  const options = containerOptions({ ...container, name });
  if (first) {
    options.HostConfig = { ...options.HostConfig, NetworkMode: first.name };
    options.NetworkingConfig = { EndpointsConfig: { [first.name]: endpoint(first) } };
  }
  await createContainer(engine, options);
  try {
    for (const other of others) {
      await connectNetwork(engine, other.name, name, endpoint(other));
    }
    await startContainer(engine, name);
  } catch (error) {
    await discard(engine, name);
    throw error;
  }
}

/** Passes on what a container prints, up to its end; returns its last lines. */
async function listen(
  engine: Engine,
  name: string,
  output?: (bytes: Uint8Array) => void,
  from?: string,
): Promise<string[]> {
  const since = from === undefined ? [] : ["--since", from];
  const child = engine.begin(["logs", "--follow", ...since, name], ["ignore", "pipe", "pipe"]);
  const last: string[] = [];
  const note = (lines: string[]): void => {
    last.push(...lines);
    last.splice(0, last.length - shownLines);
  };
  for (const stream of [child.stdout, child.stderr]) {
    const lines = new Lines();
    stream.on("data", (bytes: Buffer) => {
      output?.(bytes);
      note(lines.push(bytes));
    });
    stream.once("end", () => note(lines.end()));
  }
  await once(child, "close");
  return last;
}
