import { isLoopback } from "./endpoint";

import { isAzures, loginAdvice } from "../cloudLogins";

/** A failure between Slipway and a registry, in one sentence that says what would be right. */
export class RegistryError extends Error {
  /** HTTP status, where the registry answered at all. */
  readonly status?: number;
  /** The registry's own error codes, for example `MANIFEST_UNKNOWN`. */
  readonly codes: readonly string[];
  /** Whether the same call may go through a little later (a server error, too many requests, a broken connection). */
  readonly transient: boolean;
  /** How long, in milliseconds, the registry asked to be left alone. */
  readonly retryAfter?: number;

  constructor(
    message: string,
    details: {
      status?: number;
      codes?: readonly string[];
      transient?: boolean;
      retryAfter?: number;
      cause?: unknown;
    } = {},
  ) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = "RegistryError";
    this.codes = details.codes ?? [];
    this.transient = details.transient ?? false;
    if (details.status !== undefined) this.status = details.status;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
  }
}

/** The action that failed, as errors name it. */
export interface Attempted {
  /** The registry's address as image references begin. */
  address: string;
  /** Host and port for `docker login`. */
  host: string;
  /** Scheme and host spoken to. */
  origin: string;
  /** A verb and its object, for example `read postgres:16`. */
  action: string;
  /** Whether a user name and password (or token) were sent. */
  loggedIn: boolean;
}

const longestWait = 30_000;

/** A manifest names a missing blob. A registry also says so for a moment while another client uploads that blob. */
const unsettled = "MANIFEST_BLOB_UNKNOWN";

/** The error for an answer that is no success. Reads the body (at most a few kilobytes of it are used). */
export async function answerError(attempted: Attempted, response: Response): Promise<RegistryError> {
  const { status } = response;
  const { codes, message } = readErrors(await response.text().catch(() => ""));
  const retryAfter = waitAsked(response.headers.get("retry-after"));
  return new RegistryError(answerSentence(attempted, status, codes, message), {
    status,
    codes,
    transient: status === 429 || status === 408 || status >= 500 || codes.includes(unsettled),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/**
 * The error for a call without an answer: a refused connection, an unknown name, an untrusted certificate, a broken
 * connection.
 */
export function connectionError(attempted: Attempted, failure: unknown): RegistryError {
  const code = codeOf(failure);
  const lasting = isAzures(attempted.host) ? /CERT|SIGNED|SSL|EPROTO/ : /CERT|SIGNED|SSL|EPROTO|ENOTFOUND/;
  const transient = !lasting.test(code) && rootOf(failure) !== "bad port";
  return new RegistryError(connectionSentence(attempted, code, failure), { transient, cause: failure });
}

function connectionSentence(attempted: Attempted, code: string, failure: unknown): string {
  const { address, host, origin, action } = attempted;
  const at = `registry ${address} (${origin})`;
  // A tunnel accepts every connection, and closes it where the far end has no server.
  const atTunnel = new URL(origin).host !== host && isLoopback(host) && /ECONNRESET|UND_ERR_SOCKET|EPIPE/.test(code);
  if (code === "ECONNREFUSED" || atTunnel)
    return `Nothing answers at ${at}: start that registry or correct its address.`;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `The name of ${at} cannot be resolved: correct its address, or try again once the network is up.`;
  }
  if (/^ERR_SSL|EPROTO/.test(code)) {
    return `What answers at ${at} speaks no HTTPS: where it is plain HTTP, write http://${address}.`;
  }
  if (/CERT|SIGNED/.test(code)) {
    return `The certificate of ${at} is not trusted here (${code}): name its authority's file in NODE_EXTRA_CA_CERTS.`;
  }
  if (code === "TIMEOUT") return `It took ${at} too long to ${action} (${(failure as Error).message}): try again.`;
  const reason = code || rootOf(failure);
  if (reason === "bad port") return `The port of ${at} is one that HTTP clients refuse: choose another, such as 5000.`;
  return `The connection to ${at} broke while trying to ${action} (${reason}): try again.`;
}

function answerSentence(attempted: Attempted, status: number, codes: readonly string[], message: string): string {
  const { address, host, action, loggedIn } = attempted;
  const said = message === "" ? "" : ` (it says: ${message})`;
  if (status === 401 || status === 403) return `Registry ${address} ${refusal(attempted, said)}.`;
  if (status === 404) return `Registry ${address} could not ${action}: it is not there${said}.`;
  if (status === 405 || codes.includes("UNSUPPORTED")) {
    return `Registry ${address} does not allow to ${action}${said}: enable it in the registry's configuration.`;
  }
  if (status === 429) {
    const more = loggedIn ? "wait a little" : `wait, or raise the limit with "docker login ${host}"`;
    return `Registry ${address} had too many requests to ${action}${said}: ${more}.`;
  }
  if (status === 413)
    return `Registry ${address} could not ${action}: raise the size of uploads that the proxy before it takes.`;
  const next = status >= 500 ? "try again, or look into its log" : "see whether it supports that";
  return `Registry ${address} could not ${action}, it answered ${status}${said}: ${next}.`;
}

/** A cloud's registry takes the people of its cloud, and no user names and passwords of its own. */
function refusal({ host, action, loggedIn }: Attempted, said: string): string {
  const { command, roles } = loginAdvice(host);
  if (loggedIn) {
    const another = `does not let the user given ${action}${said}`;
    return roles
      ? `${another}: grant them the role ${roles}, or log in as another with ${command}`
      : `${another}: log in as another with "${command}", or correct the registry's user name and password`;
  }
  const wanted = `wants a login to ${action}${said}`;
  if (roles) return `${wanted}: run ${command}`;
  return isLoopback(host)
    ? `${wanted}: where a stage runs it, bring that stage up, which tells the login; else run "${command}", or set the registry's user name and password`
    : `${wanted}: run "${command}", or set the registry's user name and password`;
}

function readErrors(body: string): { codes: string[]; message: string } {
  try {
    const { errors } = JSON.parse(body) as { errors?: { code?: unknown; message?: unknown }[] };
    if (Array.isArray(errors)) {
      return {
        codes: errors.map((error) => String(error.code ?? "")),
        message: shorten(errors.map((error) => String(error.message ?? error.code ?? "")).join("; ")),
      };
    }
  } catch {
    // A proxy's page in HTML instead of the registry's answer: no sentence can be made of it.
  }
  return { codes: [], message: body.startsWith("<") ? "" : shorten(body) };
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function waitAsked(header: string | null): number | undefined {
  if (header === null) return undefined;
  const wait = /^[0-9]+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), longestWait) : undefined;
}

function rootOf(failure: unknown): string {
  let root = failure;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return root instanceof Error ? root.message : String(root);
}

function codeOf(failure: unknown): string {
  for (let error = failure; error instanceof Error; error = error.cause) {
    const { code } = error as { code?: unknown };
    if (typeof code === "string") return code;
    if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  }
  return "";
}
