import WebSocket from "ws";
import { patience, releaseHeader, sentinel } from "./plan";

/** The receiver of a WebSocket client's observations. */
export interface Watcher {
  /** A connection was opened, or a message was answered. */
  answered(release: string): void;
  failed(reason: string): void;
  /** A message met the server's close on the wire. */
  crossed(): void;
}

/** How long, in milliseconds, a client waits between two messages. */
export const every = 100;

/**
 * How old, in milliseconds, a message may be that has crossed a goodbye: on a busy machine both sides may wait for
 * their turn.
 */
const crossing = 1000;

/** The codes with which a server may say goodbye: done, going away, restarting (RFC 6455, 7.4.1, and IANA's register). */
const clean = [1000, 1001, 1012];

/**
 * One WebSocket connection, on which a message goes out each {@link every} ms and must come back.
 *
 * A message that reaches the server after its own close frame can have no answer (RFC 6455, 5.5.1). Where the server
 * closes cleanly, a message not older than {@link crossing} ms counts as crossed, and not as a failure.
 *
 * @param url `ws://…`
 * @param stopping whether the client itself is about to end, asked before each message
 * @returns when the connection has ended, and everything has been told
 */
export function converse(url: string, watcher: Watcher, stopping: () => boolean): Promise<void> {
  return new Promise((done) => {
    const socket = new WebSocket(url, { handshakeTimeout: patience, perMessageDeflate: false });
    const waiting = new Map<string, number>();
    let opened = false;
    let release = "unknown";
    let broken: string | undefined;
    let count = 0;
    const timer = setInterval(speak, every);

    socket.on("upgrade", (answer) => (release = String(answer.headers[releaseHeader] ?? "unknown")));
    socket.on("open", () => {
      opened = true;
      watcher.answered(release);
    });
    socket.on("message", (data) => {
      if (waiting.delete((data as Buffer).toString())) watcher.answered(release);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => (broken = error.code ?? error.message));
    socket.on("close", (code) => {
      clearInterval(timer);
      tell(code);
      done();
    });

    function speak(): void {
      if (!opened || socket.readyState !== WebSocket.OPEN) return;
      if ([...waiting.values()].some((sent) => Date.now() - sent > patience)) {
        broken = `silent for ${patience / 1000} s`;
        socket.terminate();
      } else if (!stopping()) {
        const message = `${count++} ${sentinel}`;
        waiting.set(message, Date.now());
        socket.send(message);
      } else if (waiting.size === 0) {
        socket.close(1000);
      }
    }

    function tell(code: number): void {
      if (!opened) {
        watcher.failed(`not opened: ${broken ?? `closed with ${code}`}`);
        return;
      }
      const good = clean.includes(code) && !broken;
      if (!good) watcher.failed(`connection lost: ${broken ?? `closed with ${code}`}`);
      for (const sent of waiting.values()) {
        if (good && Date.now() - sent <= crossing) watcher.crossed();
        else watcher.failed("message without an echo");
      }
    }
  });
}
