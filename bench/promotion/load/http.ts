import { Agent, get, type ClientRequest, type IncomingMessage } from "node:http";
import { patience, releaseHeader, sentinel } from "./plan";

/** How one request ended: with a whole answer of some release, or without. */
export type Outcome = { release: string } | { failure: string };

/**
 * A client that sends one request after the other, each once. Node's agent repeats none; a connection that turns out to
 * be closed is a failure, because a request that changes something could not be repeated either.
 */
export class HttpClient {
  private readonly agent: Agent | false;

  /**
   * @param url the address that it asks for
   * @param keeps whether it keeps its connection; otherwise it opens one for each request
   */
  constructor(
    private readonly url: string,
    keeps: boolean,
  ) {
    this.agent = keeps ? new Agent({ keepAlive: true, maxSockets: 1 }) : false;
  }

  /** Sends one request and waits for its end. */
  ask(): Promise<Outcome> {
    return new Promise((done) => {
      const request = get(this.url, { agent: this.agent, timeout: patience }, (answer) => {
        void read(answer).then(done);
      });
      request.on("timeout", () => request.destroy(new Error(`silent for ${patience / 1000} s`)));
      request.on("error", (error) => done({ failure: reasonOf(error, request) }));
    });
  }

  /** Closes the kept connection. */
  close(): void {
    if (this.agent) this.agent.destroy();
  }
}

function read(answer: IncomingMessage): Promise<Outcome> {
  return new Promise((done) => {
    let text = "";
    answer.setEncoding("utf8");
    answer.on("data", (piece: string) => (text += piece));
    answer.on("error", () => done({ failure: `answer broken off (status ${answer.statusCode})` }));
    answer.on("end", () => done(judge(answer, text)));
  });
}

function judge(answer: IncomingMessage, text: string): Outcome {
  if (answer.statusCode !== 200) {
    return { failure: `status ${answer.statusCode}` };
  }
  if (!answer.complete || !text.endsWith(sentinel)) {
    return { failure: `answer not whole (${text.length} characters)` };
  }
  return { release: String(answer.headers[releaseHeader] ?? "unknown") };
}

function reasonOf(error: NodeJS.ErrnoException, request: ClientRequest): string {
  return `${error.code ?? error.message}${request.reusedSocket ? " on a kept connection" : ""}`;
}
