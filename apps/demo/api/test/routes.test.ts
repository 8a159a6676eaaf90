import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cache } from "../src/cache.js";
import type { Database } from "../src/database.js";
import { router } from "../src/routes.js";

function fakeDatabase(changes: Partial<Database> = {}): Database {
  let count = 0;
  return {
    visit: async () => ++count,
    count: async () => count,
    version: async () => "PostgreSQL 16",
    testNote: async () => "note",
    check: async () => undefined,
    close: async () => undefined,
    ...changes,
  };
}

const cache: Cache = {
  remember: (_key, _seconds, make) => make(),
  hits: async () => 3,
  check: async () => undefined,
  close: async () => undefined,
};

const post = { method: "POST", path: "/api/visits", release: "v1" };
const get = (path: string) => ({ method: "GET", path, release: "v1" });

test("a visit counts, a look at the counter does not", async () => {
  const route = router(fakeDatabase(), cache, false);
  await route(post);
  assert.deepEqual((await route(post)).body, {
    count: 2,
    cacheHits: 3,
    database: "PostgreSQL 16",
    release: "v1",
    testNote: undefined,
  });
  assert.deepEqual((await route(get("/api/counter"))).body, { count: 2, release: "v1" });
});

test("the test user is shown only where test data is on, even if the database has it", async () => {
  const note = async (testData: boolean) =>
    ((await router(fakeDatabase(), cache, testData)(post)).body as { testNote?: string }).testNote;
  assert.equal(await note(true), "note");
  assert.equal(await note(false), undefined);
});

test("a database that fails or hangs makes the API unhealthy, and the answer says which it is", async () => {
  const failing = router(fakeDatabase({ check: () => Promise.reject(new Error("refused")) }), cache, false);
  assert.deepEqual(await failing(get("/healthz")), { status: 503, body: { ok: false, error: "database: refused" } });
  const hanging = router(fakeDatabase({ check: () => new Promise(() => undefined) }), cache, false);
  const started = Date.now();
  // What hangs holds no process open, so the test keeps itself alive.
  const alive = setInterval(() => undefined, 100);
  const { status, body } = await hanging(get("/healthz"));
  clearInterval(alive);
  assert.equal(status, 503);
  assert.match((body as { error: string }).error, /database: no answer within 1000 ms/);
  assert.ok(Date.now() - started < 1500);
});

test("what there is not is a 404", async () => {
  assert.equal((await router(fakeDatabase(), cache, false)(get("/nothing"))).status, 404);
});
