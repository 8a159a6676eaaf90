import assert from "node:assert/strict";
import { CycleError, updateOrder, type Ordered } from "../../../components/services/order";

const service = (dependsOn: string[] = [], stopFirst = false): Ordered => ({ dependsOn, stopFirst });

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
    names.map((name, index) => [
      name,
      service(
        names.slice(index + 1).filter(() => random() < 0.4),
        random() < 0.4,
      ),
    ]),
  );
}
