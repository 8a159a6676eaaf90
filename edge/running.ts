import { request as httpRequest } from "node:http";
import type { Duplex } from "node:stream";
import { text as textOf } from "node:stream/consumers";
import { adminPort, edgeNameForDoors, paths, type Slot } from "./layout";
import {
  containersText,
  parseAddresses,
  parseSessions,
  parseState,
  peerCommands,
  releasesText,
  serveCommand,
  servingText,
  stateFiles,
  type EdgeState,
} from "./state";
import { inspectContainers } from "../docker/containers";
import type { Engine } from "../docker/engine";
import { execIn, streamIn } from "../docker/exec";
import { findNetwork } from "../docker/networks";
import { pauseProgram } from "./pause";
import { readNetworks, type EdgeNetwork } from "./surroundings";
import type { Say } from "../docker/say";
import { word } from "./word";

/** An answer through the edge. */
export interface Answer {
  status: number;
  body: string;
}

/** How many commands the edge's administration takes in one line. */
const commandsAtOnce = 40;

/** How many bytes of an answer a check reads: pages are shorter, and a stream has no end. */
const longestBody = 4 << 20;

/** A running edge, reached through its container, because its administration listens only there. */
export class RunningEdge {
  /** @param container its name or id */
  constructor(
    readonly engine: Engine,
    private readonly container: string,
  ) {}

  /** The edge's state now. */
  async state(): Promise<EdgeState> {
    const separator = "\u0001";
    const script = stateFiles.map((file) => `cat ${file} 2>/dev/null; printf '${separator}'`).join("; ");
    return parseState((await this.run(script)).split(separator));
  }

  /** The same, after an unconfirmed switch of an interrupted update is taken back. */
  async settled(say: Say): Promise<EdgeState> {
    const state = await this.state();
    if (!state.pending) return state;
    say("taking back the switch of an update that did not come to its end");
    await this.goBack(state.pending.back);
    return this.state();
  }

  /** Stores the state for its next start. */
  async keep({ containers, releases }: Pick<EdgeState, "containers" | "releases">): Promise<void> {
    await this.run(
      `${alone}${replace(paths.containers, containersText(containers))}${replace(paths.releases, releasesText(releases))}`,
    );
  }

  /** Stores one more container of a service; other processes may store theirs at the same time. */
  async place(slot: Slot, service: string, container: string): Promise<void> {
    await this.run(
      `${alone}{
  while read -r slot service container; do
    [ "$slot $service" = '${slot} ${word(service)}' ] || echo "$slot $service $container"
  done <${paths.containers}
  echo '${slot} ${word(service)} ${word(container)}'
} >${paths.containers}.next
mv ${paths.containers}.next ${paths.containers}`,
    );
  }

  /**
   * Makes it carry out commands of its administration.
   *
   * @returns its output
   */
  async administer(commands: readonly string[]): Promise<string> {
    const lines = [];
    for (let from = 0; from < commands.length; from += commandsAtOnce) {
      lines.push(commands.slice(from, from + commandsAtOnce).join("; "));
    }
    return this.run(`${administer}${lines.map((line) => `administer '${line}'\n`).join("")}`);
  }

  /** The address to which each of its places sends. */
  async addresses(): Promise<Map<string, string>> {
    return parseAddresses(await this.administer(["show servers state"]));
  }

  /** How many requests and connections each of its places has under way. */
  async sessions(): Promise<Map<string, number>> {
    return parseSessions(await this.exec(["bash", paths.guard, "sessions"]));
  }

  /**
   * Makes it load another configuration; open connections go on.
   *
   * @throws Error with the edge's objection
   */
  async configure(text: string): Promise<void> {
    await this.run(`: >>${paths.paused}\n${replace(paths.pauseProgram, pauseProgram())}`);
    await this.exec(["bash", paths.guard, "configure"], text);
  }

  /**
   * Makes processes from before a reload pass on the requests that they still get, in case the process that reloaded
   * was ended before.
   */
  async handOn(): Promise<void> {
    await this.exec(["bash", paths.guard, "hand-on"]);
  }

  /**
   * Holds what callers ask of services from now on, for at most a minute.
   *
   * @param services those that are part of its configuration
   * @returns false where it has a configuration by an earlier version, which holds nothing
   */
  async pause(services: readonly string[]): Promise<boolean> {
    const add = services.flatMap((service) => [
      `del map ${paths.paused} ${word(service)}`,
      `add map ${paths.paused} ${word(service)} 1`,
    ]);
    return !(await this.administer(add)).includes("Unknown map identifier");
  }

  /** Lets go on what {@link pause} holds; services that are not paused stay as they are. */
  async resume(services: readonly string[]): Promise<void> {
    await this.administer(services.map((service) => `del map ${paths.paused} ${word(service)}`));
  }

  /** The networks that it is on. */
  async networks(): Promise<EdgeNetwork[]> {
    const [itself] = await inspectContainers(this.engine, [this.container]);
    const attached = itself?.NetworkSettings.Networks ?? {};
    const found = await Promise.all(Object.values(attached).map(({ NetworkID: id }) => findNetwork(this.engine, id)));
    const there = found.flatMap((network) => network ?? []);
    return readNetworks(attached, there, edgeNameForDoors);
  }

  /**
   * Switches to a slot for a limited time. The edge itself goes back unless the switch is prolonged or confirmed in
   * time.
   *
   * @param back the slot that served; undefined: none did
   * @param seconds how long the switch counts
   */
  async switchTo(slot: Slot, back: Slot | undefined, seconds: number): Promise<void> {
    await this.run(
      `set -e
printf '%s %s\\n' $(( $(date +%s) + ${seconds} )) ${back ?? "none"} >${paths.pending}.next
mv ${paths.pending}.next ${paths.pending}
${replace(paths.serving, servingText(slot))}${administer}administer '${serveCommand(slot)}'`,
    );
  }

  /**
   * Prolongs a switch.
   *
   * @throws Error when the edge has gone back already
   */
  async prolong(back: Slot | undefined, seconds: number): Promise<void> {
    await this.orGoneBack(
      // Only while the file is there: a switch that the edge has taken back must not return.
      `[ -e ${paths.pending} ] && printf '%s %s\\n' $(( $(date +%s) + ${seconds} )) ${back ?? "none"} >${paths.pending}.next && mv ${paths.pending}.next ${paths.pending}`,
    );
  }

  /**
   * Makes a switch final.
   *
   * @throws Error when the edge has gone back already
   */
  async confirm(): Promise<void> {
    // Either this command or the edge that goes back gets hold of the file.
    await this.orGoneBack(`mv ${paths.pending} ${paths.pending}.confirmed && rm -f ${paths.pending}.confirmed`);
    await this.administer([`clear map ${paths.peers}`]);
  }

  /** Goes back to the slot that served before a switch. */
  async goBack(back: Slot | undefined): Promise<void> {
    await this.run(
      `rm -f ${paths.pending}
${replace(paths.serving, servingText(back))}${administer}administer '${serveCommand(back)}; clear map ${paths.peers}'`,
    );
  }

  /** Lets containers of a coming release find each other. */
  async acquaint(slot: Slot, addresses: readonly string[]): Promise<void> {
    await this.administer(peerCommands(slot, addresses));
  }

  /**
   * Asks for a page from within the edge's container.
   *
   * @param port on which the edge listens
   * @param seconds how long the answer may take
   * @throws Error saying what came instead of an answer
   */
  async ask(port: number, path: string, headers: Record<string, string>, seconds: number): Promise<Answer> {
    const script = `exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1; cat <&3 & cat >&3; wait`;
    const signal = AbortSignal.timeout(seconds * 1000);
    let stream: Duplex | undefined;
    try {
      const opened = await streamIn(this.engine, this.container, ["bash", "-c", script]);
      stream = opened;
      return await new Promise<Answer>((answer, fail) => {
        opened.once("error", fail);
        httpRequest({
          createConnection: () => opened as never,
          path,
          headers: { ...headers, connection: "close" },
          signal,
        })
          .once("response", (response) => {
            let size = 0;
            response.on("data", (piece: Buffer) => {
              size += piece.length;
              if (size > longestBody) response.destroy(new Error(`its answer is longer than ${longestBody} bytes`));
            });
            textOf(response).then((body) => answer({ status: response.statusCode ?? 0, body }), fail);
          })
          .once("error", fail)
          .end();
      });
    } catch (error) {
      throw signal.aborted ? new Error(`no answer within ${seconds} s`) : error;
    } finally {
      stream?.destroy();
    }
  }

  private async orGoneBack(script: string): Promise<void> {
    await this.run(script).catch(async (error: unknown) => {
      if ((await this.state()).pending) throw error;
      throw new Error(
        "The edge has gone back to the release before, because the switch was not confirmed in time: run the update again.",
      );
    });
  }

  private run(script: string): Promise<string> {
    return this.exec(["bash", "-s"], `${script}\n`);
  }

  private exec(program: readonly string[], input?: string): Promise<string> {
    return execIn(this.engine, this.container, program, input);
  }
}

/** One at a time: several containers may be introduced at once. */
const alone = `exec 9>${paths.state}/lock && flock --wait 10 9\n`;

/** Replaces a file's text, as a whole or not at all. */
function replace(file: string, text: string): string {
  return `cat >${file}.next <<'END'\n${text}END\nmv ${file}.next ${file}\n`;
}

const administer = `administer() { exec 3<>/dev/tcp/127.0.0.1/${adminPort} && printf '%s\\n' "$1" >&3 && cat <&3; exec 3>&-; }\n`;
