import type { Cache } from "./cache.js";
import type { Database } from "./database.js";

/** A request as far as the API looks at it. */
export interface ApiRequest {
  method: string;
  path: string;
  /** The release that the proxy in front says it serves. */
  release: string;
}

/** An answer: status and the value that its JSON body holds. */
export interface ApiAnswer {
  status: number;
  body: unknown;
}

/** How long the health check waits for the database and the cache, in milliseconds. */
const patience = 1000;

async function within(what: string, check: Promise<void>): Promise<void> {
  const timeout = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${patience} ms`)), patience).unref();
  });
  await Promise.race([check, timeout]).catch((error: Error) => {
    throw new Error(`${what}: ${error.message}`);
  });
}

async function health(database: Database, cache: Cache): Promise<ApiAnswer> {
  try {
    await Promise.all([within("database", database.check()), within("cache", cache.check())]);
    return { status: 200, body: { ok: true } };
  } catch (error) {
    return { status: 503, body: { ok: false, error: (error as Error).message } };
  }
}

async function visit(database: Database, cache: Cache, testData: boolean, release: string): Promise<ApiAnswer> {
  const [count, version, testNote] = await Promise.all([
    database.visit(),
    cache.remember("database-version", 30, () => database.version()),
    testData ? database.testNote() : undefined,
  ]);
  return { status: 200, body: { count, cacheHits: await cache.hits(), database: version, release, testNote } };
}

/** Makes the function that answers requests out of a database and a cache; `testData` decides who the test user is shown to. */
export function router(database: Database, cache: Cache, testData: boolean) {
  return async ({ method, path, release }: ApiRequest): Promise<ApiAnswer> => {
    switch (`${method} ${path}`) {
      case "GET /healthz":
        return health(database, cache);
      case "POST /api/visits":
        return visit(database, cache, testData, release);
      case "GET /api/counter":
        return { status: 200, body: { count: await database.count(), release } };
      default:
        return { status: 404, body: { error: `there is no ${method} ${path}` } };
    }
  };
}
