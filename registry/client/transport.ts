import { setTimeout as sleep } from "node:timers/promises";

import { discard } from "./answers";
import { type Access, Authorizer } from "./auth";
import type { CredentialSource } from "../../docker/credentials";
import type { Endpoint } from "./endpoint";
import { type Attempted, RegistryError, answerError, connectionError } from "./errors";

/** How long a client waits; all in milliseconds. */
export interface Patience {
  /** Pauses before the second, third, … try of a call whose failure may pass. */
  retries: readonly number[];
  /** The time for an answer, and for each pause within a transfer. */
  answer: number;
  /** The time for a registry to store an uploaded blob: some copy it as a whole, gigabytes of it. */
  commit: number;
}

/** Times for registries near and far. */
export const defaultPatience: Patience = { retries: [250, 1000, 3000], answer: 60_000, commit: 600_000 };

/** One request to the API. */
export interface Call {
  method: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE";
  /** Path below `/v2/`, or a whole address that the registry gave. */
  to: string | URL;
  access: Access;
  /** A verb and its object for the errors: `read the manifest …`. */
  action: string;
  headers?: Record<string, string>;
  body?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Statuses beside 2xx that count as success. */
  accept?: readonly number[];
  /** Milliseconds for the answer, where they differ from the client's. */
  patience?: number;
}

/** Stops a call when nothing has moved for its time; a transfer winds it up again with every chunk. */
export class Deadline {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly milliseconds: number) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Starts the time, or starts it again. */
  wind(): void {
    clearTimeout(this.timer);
    const reason = Object.assign(new Error(`nothing came for ${this.milliseconds / 1000} s`), { code: "TIMEOUT" });
    this.timer = setTimeout(() => this.controller.abort(reason), this.milliseconds);
  }

  /** Stops the time while this side is busy. */
  rest(): void {
    clearTimeout(this.timer);
  }

  /** Ends the call for good, with everything that is under way. */
  end(): void {
    this.rest();
    this.controller.abort();
  }
}

/** Calls of one registry's API: logs in when asked to, gives up in time, and repeats calls whose failure may pass. */
export class Transport {
  private readonly authorizer: Authorizer;

  constructor(
    readonly endpoint: Endpoint,
    credentials: CredentialSource | undefined,
    readonly patience: Patience,
  ) {
    this.authorizer = new Authorizer(endpoint.origin, credentials, (url, init) => this.fetchToken(url, init));
  }

  /** Makes a call, and repeats it where its failure may pass; `consume` reads the answer, each time anew. */
  call<T>(call: Call, consume: (response: Response) => Promise<T>): Promise<T> {
    return this.again(() => this.once(call, consume));
  }

  /** Makes a call one time. The result of `consume` must stand without the answer. */
  async once<T>(call: Call, consume: (response: Response) => Promise<T>): Promise<T> {
    const deadline = new Deadline(call.patience ?? this.patience.answer);
    try {
      const response = await this.open(call, deadline);
      try {
        return await consume(response);
      } catch (error) {
        throw error instanceof RegistryError || !isNetworkFailure(error) ? error : this.broken(call, error);
      }
    } finally {
      deadline.end();
    }
  }

  /** Makes a call one time and leaves the answer's body, and the deadline over it, to the caller. */
  async open(call: Call, deadline: Deadline): Promise<Response> {
    const first = await this.send(call, deadline);
    let { response } = first;
    const replayable = call.body === undefined || call.body instanceof Uint8Array;
    if (response.status === 401) {
      const again = await this.authorizer.refused(call.access, response.headers.get("www-authenticate"), first.sent);
      if (again && replayable) {
        await discard(response);
        ({ response } = await this.send(call, deadline));
      }
    }
    if (response.ok || call.accept?.includes(response.status)) return response;
    const error = await this.refusal(call, response);
    // The token ran out on the way to an upload. A new one can be had, but the upload's stream has to begin anew.
    if (response.status !== 401 || replayable) throw error;
    throw new RegistryError(error.message, { status: 401, codes: error.codes, transient: true });
  }

  /** Runs `attempt` until it succeeds, its failure is one that stays, or patience ends. */
  async again<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tried = 0; ; tried++) {
      try {
        return await attempt();
      } catch (error) {
        const pause = this.patience.retries[tried];
        if (pause === undefined || !(error instanceof RegistryError) || !error.transient) throw error;
        await sleep(error.retryAfter ?? pause * (0.75 + Math.random() / 2));
      }
    }
  }

  /** The sentence for a connection that broke during a call. */
  broken(call: Pick<Call, "action">, failure: unknown): RegistryError {
    return connectionError(this.attempted(call, false), failure);
  }

  private async send(call: Call, deadline: Deadline): Promise<{ response: Response; sent: string | undefined }> {
    const url = typeof call.to === "string" ? new URL(`${this.endpoint.origin}/v2/${call.to}`) : call.to;
    // Bytes as they are: content that a proxy compresses, or that a bucket labels as compressed, would have another
    // digest.
    const headers = new Headers({ "user-agent": "slipway", "accept-encoding": "identity", ...call.headers });
    // A registry may send uploads elsewhere (signed addresses of a bucket): its login goes to the registry alone.
    const sent = url.origin === this.endpoint.origin ? await this.authorizer.header(call.access) : undefined;
    if (sent !== undefined) headers.set("authorization", sent);
    deadline.wind();
    try {
      const response = await fetch(url, {
        method: call.method,
        headers,
        signal: deadline.signal,
        ...bodyOf(call),
      });
      return { response, sent };
    } catch (failure) {
      throw this.broken(call, failure);
    }
  }

  private async fetchToken(url: URL, init: RequestInit): Promise<unknown> {
    const call = { action: `log in at ${url.host}` };
    return this.again(async () => {
      const deadline = new Deadline(this.patience.answer);
      let response: Response;
      try {
        deadline.wind();
        response = await fetch(url, { ...init, signal: deadline.signal });
        if (response.ok) return await response.json();
      } catch (failure) {
        throw this.broken(call, failure);
      } finally {
        deadline.rest();
      }
      throw await this.refusal(call, response);
    });
  }

  private async refusal(call: Pick<Call, "action">, response: Response): Promise<RegistryError> {
    const loggedIn = await this.authorizer.hasCredentials().catch(() => false);
    return answerError(this.attempted(call, loggedIn), response);
  }

  private attempted({ action }: Pick<Call, "action">, loggedIn: boolean): Attempted {
    const { address, host, origin } = this.endpoint;
    return { address, host, origin, action, loggedIn };
  }
}

/**
 * The options for a request with a stream. Fetch keeps a copy of everything that it sends, to be ready for a
 * redirection or a login, unless the request can never be sent twice: one without a window that takes redirections for
 * errors (the Fetch standard's HTTP-network-or-cache fetch).
 */
function bodyOf({ body }: Call): RequestInit {
  if (body === undefined) return {};
  return body instanceof Uint8Array ? { body } : { body, duplex: "half", redirect: "error", window: null };
}

/** Whether an error comes from the connection (undici's `terminated`, a timeout) rather than from the content. */
function isNetworkFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return code === "TIMEOUT" || code === "ECONNRESET" || (error instanceof TypeError && error.cause !== undefined);
}
