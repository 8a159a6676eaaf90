import { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { ask } from "./ask";
import type { Engine } from "./engine";
import { Frames } from "./frames";
import { withRemedy } from "./remedies";
import { openBySocket } from "./request";

/** How many of the last lines of a program that failed are shown. */
const shownLines = 40;

/** How long, in milliseconds, a container is waited for that the Engine restarts: it pauses between two tries, at first for a tenth of a second. */
const restarts = 30_000;

/**
 * Runs a program in a running container, to its end. One that the Engine restarts at the moment is waited for, 30 s at most.
 *
 * @param input what it reads; undefined: nothing
 * @returns what it wrote on standard output
 * @throws Error with its last lines where it ends with another exit code than 0
 */
export async function execIn(
  engine: Engine,
  container: string,
  program: readonly string[],
  input?: string,
): Promise<string> {
  if (engine.socket === undefined) {
    const interactive = input === undefined ? [] : ["--interactive"];
    return onceRestarted(() => engine.command(["exec", ...interactive, container, ...program], { input }));
  }
  const { socket } = engine;
  const reads = input !== undefined;
  const { id, stream } = await onceRestarted(() => begin(engine, socket, container, program, reads));
  const frames = new Frames();
  const out: Buffer[] = [];
  const all: Buffer[] = [];
  // A program may end without having read all of it.
  stream.on("error", () => undefined);
  if (input !== undefined) stream.end(input);
  for await (const bytes of stream) {
    for (const frame of frames.push(bytes as Buffer)) {
      all.push(frame.bytes);
      if (!frame.isError) out.push(frame.bytes);
    }
  }
  const code = await exitCode(engine, id);
  if (code !== 0) {
    const lines = textOf(all).trimEnd().split(/\r?\n/).slice(-shownLines);
    throw new Error(withRemedy(`docker exec ended with exit code ${code}:\n${lines.join("\n")}`));
  }
  return textOf(out);
}

/**
 * Begins a program in a running container.
 *
 * @returns its standard input and output as one stream; what it writes on standard error is not read. Once that is destroyed, it reads no more.
 */
export async function streamIn(engine: Engine, container: string, program: readonly string[]): Promise<Duplex> {
  if (engine.socket === undefined) {
    const child = engine.begin(["exec", "--interactive", container, ...program], ["pipe", "pipe", "ignore"]);
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin }) as Duplex;
    child.once("error", (error) => stream.destroy(error));
    return stream.once("close", () => child.kill());
  }
  const { stream } = await begin(engine, engine.socket, container, program, true);
  return new Conversation(stream);
}

/** A program's standard input and output, out of the one stream that an Engine makes of all three. */
class Conversation extends Duplex {
  private readonly frames = new Frames();

  constructor(private readonly raw: Duplex) {
    super();
    raw.on("data", (bytes: Buffer) => {
      const output = this.frames.push(bytes).filter(({ isError }) => !isError);
      if (output.map((frame) => this.push(frame.bytes)).includes(false)) raw.pause();
    });
    raw.once("end", () => this.push(null));
    raw.on("error", (error) => this.destroy(error));
  }

  override _read(): void {
    this.raw.resume();
  }

  override _write(bytes: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.raw.write(bytes, encoding, done);
  }

  override _final(done: () => void): void {
    this.raw.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.raw.destroy();
    done(error);
  }
}

/** (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Exec) */
async function begin(
  engine: Engine,
  socket: string,
  container: string,
  program: readonly string[],
  reads: boolean,
): Promise<{ id: string; stream: Duplex }> {
  const wanted = { AttachStdin: reads, AttachStdout: true, AttachStderr: true, Cmd: program };
  const what = `run a program in the container ${container}`;
  const made = await ask(engine, "POST", `/containers/${container}/exec`, what, { content: JSON.stringify(wanted) });
  const { Id: id } = JSON.parse(made) as { Id: string };
  const content = JSON.stringify({ Detach: false, Tty: false });
  return { id, stream: await openBySocket(socket, `/exec/${id}/start`, { content }) };
}

/** A container that is being restarted refuses to run a program. It was not begun then, so it can be tried again. */
async function onceRestarted<T>(run: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + restarts; ; await pause(200)) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof Error) || !/ is restarting, wait until/.test(error.message) || Date.now() > until)
        throw error;
    }
  }
}

/** Its output may come to its end a moment before it does. */
async function exitCode(engine: Engine, id: string): Promise<number> {
  for (;;) {
    const told = JSON.parse(await ask(engine, "GET", `/exec/${id}/json`, "show how a program ended")) as {
      Running: boolean;
      ExitCode: number | null;
    };
    if (!told.Running && told.ExitCode !== null) return told.ExitCode;
    await pause(10);
  }
}

function textOf(pieces: readonly Buffer[]): string {
  return Buffer.concat(pieces).toString("utf8");
}
