import { spawn, type ChildProcessByStdio, type StdioOptions } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { runDocker, type DockerOptions } from "./command";
import { currentEngine, leadingTo, tunnelled, type CurrentEngine, type Environment } from "./context";
import { askByCommand, askBySocket, type Answer, type Asked } from "./request";

/**
 * One Docker Engine, and the ways to speak to it: the `docker` command, and its own interface, over the socket where it has one on this
 * machine or at the end of a tunnel. It is handed on to whatever works with it; no variable of this process says which one is meant.
 */
export class Engine {
  private constructor(
    private readonly base: Environment,
    /** Where it listens, at the end of a tunnel; undefined: where the `docker` command finds it. */
    private readonly host?: string,
  ) {}

  /**
   * The one that the `docker` command talks to. It is made where a program begins.
   *
   * @param environment with `DOCKER_HOST`, `DOCKER_CONTEXT` and the others by which that is chosen
   */
  static here(environment: Environment): Engine {
    return new Engine(environment);
  }

  /**
   * The one at the end of a tunnel.
   *
   * @param host as `DOCKER_HOST` has it
   * @param environment what else the `docker` command is to find there, such as its settings
   */
  static at(host: string, environment: Environment = process.env): Engine {
    return new Engine(environment, host);
  }

  /**
   * The variables of a process whose `docker` commands talk to it.
   *
   * @returns undefined for a variable that must not be there
   */
  get environment(): Environment {
    return this.host === undefined ? this.base : { ...this.base, ...tunnelled(this.host) };
  }

  /**
   * Where it is, with nothing left to look up.
   *
   * @throws Error naming the context that is not there, or has no Engine, and who chose it
   */
  get current(): CurrentEngine {
    return currentEngine(this.environment);
  }

  /** The variables that lead to it whatever settings of Docker's a command is given: contexts are part of these. */
  get leading(): Environment {
    return leadingTo(this.current);
  }

  /**
   * Runs a `docker` command to its end.
   *
   * @returns what it wrote on standard output
   * @throws Error with its last lines when it fails
   */
  command(args: readonly string[], options: DockerOptions = {}): Promise<string> {
    return runDocker(args, { ...options, env: { ...this.environment, ...options.env } });
  }

  /** Begins a `docker` command that goes on beside other things. */
  begin(args: readonly string[], stdio: StdioOptions): ChildProcessByStdio<Writable, Readable, Readable> {
    const child = spawn("docker", args, { env: this.environment as NodeJS.ProcessEnv, stdio });
    return child as ChildProcessByStdio<Writable, Readable, Readable>;
  }

  /**
   * Asks its own interface. The way there is the `docker` command's: whatever context or address that has, over ssh and with TLS too.
   * (https://docs.docker.com/reference/api/engine/)
   *
   * @param path without a version: the newest that it speaks
   * @throws Error where it cannot be reached
   */
  api(method: string, path: string, asked: Asked = {}): Promise<Answer> {
    const socket = this.socket;
    return socket === undefined
      ? askByCommand(() => this.begin(["system", "dial-stdio"], ["pipe", "pipe", "pipe"]), method, path, asked)
      : askBySocket(socket, method, path, asked);
  }

  /** Its socket on this machine; undefined where only the `docker` command knows the way, or why there is none. */
  get socket(): string | undefined {
    try {
      const { host } = this.current;
      return host.startsWith("unix://") ? host.slice("unix://".length) : undefined;
    } catch {
      return undefined;
    }
  }

  /** A plan that names it can be printed; what is in the environment is nobody's business. */
  toJSON(): string {
    return this.host ?? "here";
  }
}
