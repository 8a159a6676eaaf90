import { spawn } from "node:child_process";
import { request as httpRequest } from "node:http";
import { Duplex } from "node:stream";
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
import { readNetworks, type EdgeNetwork } from "./surroundings";
import { docker } from "../docker/command";
import type { Say } from "../docker/say";
import { word } from "./word";

/** What the edge answered. */
export interface Answer {
  status: number;
  body: string;
}

/** How many commands the edge's administration takes in one line. */
const commandsAtOnce = 40;

/** What a check may read of an answer, in bytes: no page is longer, and a stream has no end. */
const longestBody = 4 << 20;

/** A running edge, reached through its container: its administration listens nowhere else. */
export class RunningEdge {
  /** @param container its name or id */
  constructor(private readonly container: string) {}

  /** What it does now. */
  async state(): Promise<EdgeState> {
    const separator = "\u0001";
    const script = stateFiles.map((file) => `cat ${file} 2>/dev/null; printf '${separator}'`).join("; ");
    return parseState((await this.run(script)).split(separator));
  }

  /** The same, once what an update that was interrupted has left is taken back: its switch was never confirmed. */
  async settled(say: Say): Promise<EdgeState> {
    const state = await this.state();
    if (!state.pending) return state;
    say("taking back the switch of an update that did not come to its end");
    await this.goBack(state.pending.back);
    return this.state();
  }

  /** Keeps what it is to know when it starts again. */
  async keep({ containers, releases }: Pick<EdgeState, "containers" | "releases">): Promise<void> {
    await this.run(
      `${alone}${replace(paths.containers, containersText(containers))}${replace(paths.releases, releasesText(releases))}`,
    );
  }

  /** Keeps one container of a service more, whatever else is kept at the same time. */
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
   * Has it carry out commands of its administration.
   *
   * @returns what it said
   */
  async administer(commands: readonly string[]): Promise<string> {
    const lines = [];
    for (let from = 0; from < commands.length; from += commandsAtOnce) {
      lines.push(commands.slice(from, from + commandsAtOnce).join("; "));
    }
    return this.run(`${administer}${lines.map((line) => `administer '${line}'\n`).join("")}`);
  }

  /** Where each of its places sends to. */
  async addresses(): Promise<Map<string, string>> {
    return parseAddresses(await this.administer(["show servers state"]));
  }

  /** How many requests and connections each of its places has under way. */
  async sessions(): Promise<Map<string, number>> {
    return parseSessions(await docker(["exec", this.container, "bash", paths.guard, "sessions"]));
  }

  /**
   * Has it load another configuration; connections that are open go on.
   *
   * @throws Error with what the edge says against it
   */
  async configure(text: string): Promise<void> {
    await docker(["exec", "--interactive", this.container, "bash", paths.guard, "configure"], { input: text });
  }

  /** Has processes that were there before a reload pass on what they are still asked, in case whoever reloaded did not come to that. */
  async handOn(): Promise<void> {
    await docker(["exec", this.container, "bash", paths.guard, "hand-on"]);
  }

  /** The networks that it is on. */
  async networks(): Promise<EdgeNetwork[]> {
    const format = "{{json .NetworkSettings.Networks}}";
    const attached = JSON.parse(await docker(["container", "inspect", "--format", format, this.container])) as Record<
      string,
      { NetworkID: string; Aliases: string[] | null }
    >;
    const ids = Object.values(attached).map(({ NetworkID }) => NetworkID);
    const found = ids.length === 0 ? "[]" : await docker(["network", "inspect", ...ids]);
    return readNetworks(attached, JSON.parse(found) as Parameters<typeof readNetworks>[1], edgeNameForDoors);
  }

  /**
   * Switches to a slot, for as long as somebody goes on asking for it: the edge itself goes back when nobody does, or nobody can.
   *
   * @param back the slot that served; undefined: none did
   * @param seconds how long the switch counts if nothing more is heard
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
   * Lets a switch count for longer.
   *
   * @throws Error when the edge has gone back already
   */
  async prolong(back: Slot | undefined, seconds: number): Promise<void> {
    await this.orGoneBack(
      // Only while it is there: what the edge has taken back must not be asked for again.
      `[ -e ${paths.pending} ] && printf '%s %s\\n' $(( $(date +%s) + ${seconds} )) ${back ?? "none"} >${paths.pending}.next && mv ${paths.pending}.next ${paths.pending}`,
    );
  }

  /**
   * Makes a switch count for good.
   *
   * @throws Error when the edge has gone back already
   */
  async confirm(): Promise<void> {
    // One of the two gets hold of the file: this, or the edge that goes back.
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

  /** Makes containers of a release to come find each other. */
  async acquaint(slot: Slot, addresses: readonly string[]): Promise<void> {
    await this.administer(peerCommands(slot, addresses));
  }

  /**
   * Asks for a page from within the edge's container.
   *
   * @param port on which the edge listens
   * @param seconds how long the answer may take
   * @throws Error that says what came instead of an answer
   */
  async ask(port: number, path: string, headers: Record<string, string>, seconds: number): Promise<Answer> {
    const script = `exec 3<>/dev/tcp/127.0.0.1/${port} || exit 1; cat <&3 & cat >&3; wait`;
    const child = spawn("docker", ["exec", "--interactive", this.container, "bash", "-c", script], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    const signal = AbortSignal.timeout(seconds * 1000);
    try {
      return await new Promise<Answer>((answer, fail) => {
        child.once("error", fail);
        const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
        stream.once("error", fail);
        httpRequest({
          createConnection: () => stream as never,
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
      child.kill();
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
    return docker(["exec", "--interactive", this.container, "bash", "-s"], { input: `${script}\n` });
  }
}

/** One at a time: several containers may be introduced at once. */
const alone = `exec 9>${paths.state}/lock && flock --wait 10 9\n`;

/** Puts text in the place of a file, whole or not at all. */
function replace(file: string, text: string): string {
  return `cat >${file}.next <<'END'\n${text}END\nmv ${file}.next ${file}\n`;
}

const administer = `administer() { exec 3<>/dev/tcp/127.0.0.1/${adminPort} && printf '%s\\n' "$1" >&3 && cat <&3; exec 3>&-; }\n`;
