import assert from "node:assert/strict";
import { CycleError, updateOrder, type Ordered } from "../../application/order";

const service = (dependsOn: string[] = [], stopFirst = false): Ordered => ({ dependsOn, stopFirst });
const job = (dependsOn: string[] = []): Ordered => ({ dependsOn, stopFirst: false, job: true });

describe("the order of an update", () => {
  it("replaces every stop-first service before the others", () => {
    const order = updateOrder({
      web: service(["api"]),
      api: service(),
      db: service([], true),
      queue: service([], true),
    });
    assert.deepEqual(order.get("api"), ["db", "queue"]);
    assert.deepEqual(order.get("web"), ["api", "db", "queue"]);
    assert.deepEqual(order.get("db"), []);
  });

  it("lets a stop-first service wait for a stateless one that it needs", () => {
    const order = updateOrder({ db: service(["config"], true), config: service(), web: service(["db"]) });
    assert.deepEqual(order.get("config"), []);
    assert.deepEqual(order.get("db"), ["config"]);
    assert.deepEqual(order.get("web"), ["db"]);
  });

  it("makes no cycle of two stop-first services that each need a stateless one", () => {
    const order = updateOrder({
      db1: service(["s1"], true),
      s1: service(),
      db2: service(["s2"], true),
      s2: service(),
      web: service(),
    });
    assert.deepEqual(order.get("s1"), []);
    assert.deepEqual(order.get("s2"), []);
    assert.deepEqual(order.get("web"), ["db1", "db2"]);
  });

  it("runs the jobs after the stop-first services and before the others, one after the other", () => {
    const order = updateOrder({
      web: service(["migrate"]),
      worker: service(),
      migrate: job(["db"]),
      assets: job(),
      seed: job(["migrate"]),
      db: service([], true),
      queue: service([], true),
    });
    assert.deepEqual(order.get("assets"), ["db", "queue"]);
    assert.deepEqual(order.get("migrate"), ["assets", "db", "queue"]);
    assert.deepEqual(order.get("seed"), ["db", "migrate", "queue"]);
    assert.deepEqual(order.get("worker"), ["assets", "db", "migrate", "queue", "seed"]);
    assert.deepEqual(order.get("web"), order.get("worker"));
  });

  it("starts a service that a job needs itself before the jobs", () => {
    const order = updateOrder({ api: service(), seed: job(["api"]), web: service(), db: service([], true) });
    assert.deepEqual(order.get("api"), ["db"]);
    assert.deepEqual(order.get("seed"), ["api", "db"]);
    assert.deepEqual(order.get("web"), ["db", "seed"]);
  });

  it("runs a job that a stop-first service needs itself before that service", () => {
    const order = updateOrder({ web: service(["migrate"], true), migrate: job(["db"]), db: service([], true) });
    assert.deepEqual(order.get("migrate"), ["db"]);
    assert.deepEqual(order.get("web"), ["migrate"]);
  });

  it("puts each service behind what it waits for, whatever the graph", () => {
    for (let seed = 1; seed <= 200; seed++) {
      const services = randomServices(seed);
      const seen = new Set<string>();
      for (const [name, before] of updateOrder(services)) {
        assert.ok(
          before.every((other) => seen.has(other)),
          `seed ${seed}: ${name} stands before one of ${before.join(", ")}`,
        );
        seen.add(name);
      }
      assert.equal(seen.size, Object.keys(services).length);
    }
  });

  it("names the services of a cycle", () => {
    assert.throws(
      () => updateOrder({ a: service(["b"]), b: service(["c"]), c: service(["a"]) }),
      (error: Error) => error instanceof CycleError && error.message.includes("a → b → c → a"),
    );
  });
});

/** Services that depend only on later ones, so that the compose file itself has no cycle. */
function randomServices(seed: number): Record<string, Ordered> {
  let state = seed;
  const random = (): number => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
  const names = Array.from({ length: 2 + Math.floor(random() * 8) }, (_, index) => `s${index}`);
  return Object.fromEntries(
    names.map((name, index) => {
      const dependsOn = names.slice(index + 1).filter(() => random() < 0.4);
      return [name, random() < 0.3 ? job(dependsOn) : service(dependsOn, random() < 0.4)];
    }),
  );
}
