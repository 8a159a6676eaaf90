import type { ChildProcessByStdio } from "node:child_process";
import { request, type RequestOptions } from "node:http";
import { Duplex, type Readable, type Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { withRemedy } from "./remedies";

/** What an Engine answered. */
export interface Answer {
  status: number;
  body: string;
}

/** What goes with a question to an Engine. */
export interface Asked {
  /** Its body, JSON. */
  content?: string;
  headers?: Record<string, string>;
}

/** An Engine cannot be reached. */
export class Unreachable extends Error {
  /** @param said why, in one line, as the `docker` command says it */
  constructor(
    readonly said: string,
    options?: ErrorOptions,
  ) {
    super(withRemedy(`The Docker Engine cannot be reached: ${said}`), options);
  }
}

/**
 * Asks an Engine over its socket.
 *
 * @param socket the path of its socket on this machine
 * @throws Unreachable
 */
export async function askBySocket(socket: string, method: string, path: string, asked: Asked): Promise<Answer> {
  try {
    return await exchange({ socketPath: socket, agent: false, method, path, headers: headersOf(asked) }, asked);
  } catch (error) {
    throw new Unreachable(inWords(error, socket), { cause: error });
  }
}

/**
 * Begins a conversation with a program, over an Engine's socket.
 *
 * @returns its standard streams, as the Engine makes one of them
 * @throws Unreachable; Error with the Engine's words where it refuses
 */
export async function openBySocket(socket: string, path: string, asked: Asked): Promise<Duplex> {
  const headers = { ...headersOf(asked), connection: "Upgrade", upgrade: "tcp" };
  return new Promise((done, fail) => {
    request({ socketPath: socket, agent: false, method: "POST", path, headers })
      .once("upgrade", (_, connection, head) => {
        if (head.length > 0) connection.unshift(head);
        done(connection);
      })
      .once("response", (response) => {
        text(response).then((body) => {
          const answer = { status: response.statusCode ?? 0, body };
          fail(new Error(`The Docker Engine runs no program: ${reasonIn(answer)}.`));
        }, fail);
      })
      .on("error", (error) => fail(new Unreachable(inWords(error, socket), { cause: error })))
      .end(asked.content);
  });
}

/**
 * Asks an Engine by the `docker` command, which knows the way.
 *
 * @param dial begins the command that connects its standard streams to the Engine
 * @throws Unreachable
 */
export async function askByCommand(
  dial: () => ChildProcessByStdio<Writable, Readable, Readable>,
  method: string,
  path: string,
  asked: Asked,
): Promise<Answer> {
  const dialled = dial();
  const complaint = text(dialled.stderr).catch(() => "");
  const connection = Duplex.from({ readable: dialled.stdout, writable: dialled.stdin });
  // An Engine that closes the connection behind its answer would end the command before all of the answer is read.
  const headers = { ...headersOf(asked), connection: "keep-alive" };
  try {
    const failed = new Promise<never>((_, fail) => {
      dialled.once("error", fail);
      // More than one may come of the same trouble, and none of them may be left unheard.
      connection.on("error", fail);
    });
    return await Promise.race([
      failed,
      exchange({ method, path, headers, createConnection: () => connection as never }, asked),
    ]);
  } catch (error) {
    dialled.kill();
    const said = (await complaint).trim().replace(/^failed to open the raw stream connection/, cannotConnect);
    throw new Unreachable(said || String(error), { cause: error });
  } finally {
    // The command ends with its input, and by no SIGTERM: one that goes on would keep this process from its end.
    connection.destroy();
    dialled.kill();
  }
}

/**
 * What an Engine says in an answer that it refuses by.
 *
 * @returns without a full stop
 */
export function reasonIn({ status, body }: Answer): string {
  return said(body) || `status ${status}`;
}

function said(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: unknown }).message ?? body).replace(/\.$/, "");
  } catch {
    return body.trim();
  }
}

function headersOf({ headers }: Asked): Record<string, string> {
  return { host: "docker", "content-type": "application/json", ...headers };
}

function exchange(options: RequestOptions, { content }: Asked): Promise<Answer> {
  return new Promise((done, fail) => {
    const sent = request(options, (response) => {
      text(response).then((body) => done({ status: response.statusCode ?? 0, body }), fail);
    });
    sent.on("error", fail).end(content);
  });
}

/** How the `docker` command begins where no Engine answers. */
const cannotConnect = "Cannot connect to the Docker daemon";

/** As the `docker` command says it (docker/cli, client/errors.go), so that what is to be done about it is found. */
function inWords(error: unknown, socket: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EACCES" || code === "EPERM") {
    return `permission denied while trying to connect to the Docker daemon socket at unix://${socket}`;
  }
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTSOCK") {
    return `${cannotConnect} at unix://${socket}. Is the docker daemon running?`;
  }
  return `error during connect: ${message}`;
}
