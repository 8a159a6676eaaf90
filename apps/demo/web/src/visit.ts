/** What the API answers to a visit. */
export interface Visit {
  /** Visits so far, this one included; kept in PostgreSQL. */
  count: number;
  /** How often the cache answered in place of the database. */
  cacheHits: number;
  /** The database's own name and version. */
  database: string;
  /** The release that the API answered for, or "unreleased". */
  release: string;
  /** The test user's note, where test data is on. */
  testNote?: string;
}

/** An answer of the API as it came: status and JSON body. */
export interface ApiAnswer {
  status: number;
  body: unknown;
}

/** How long the page waits for the API, in milliseconds. */
const patience = 3000;

/**
 * Asks the API, on behalf of a release; a proxy between the two writes its own over it. Each request has a connection of
 * its own: one kept open could be closed by an API that is being replaced at the very moment at which the next request
 * is written to it.
 */
async function ask(method: string, url: string, release: string): Promise<ApiAnswer> {
  const headers: Record<string, string> = { connection: "close", "x-slipway-release": release };
  const answer = await fetch(url, { method, headers, signal: AbortSignal.timeout(patience) });
  return { status: answer.status, body: await answer.json() };
}

/** Counts a visit to a release. Throws if the API does not answer in time or answers with an error. */
export async function recordVisit(apiUrl: string, release: string): Promise<Visit> {
  const { status, body } = await ask("POST", `${apiUrl}/api/visits`, release);
  if (status !== 200) throw new Error(`the API answered with ${status}`);
  return body as Visit;
}

/** Reads the counter without counting. Throws if the API does not answer in time. */
export async function readCounter(apiUrl: string, release: string): Promise<ApiAnswer> {
  return ask("GET", `${apiUrl}/api/counter`, release);
}
