import assert from "node:assert/strict";
import { bound, changes, decide, ignoring, lastFirst, type Rules } from "../../runner/decide";
import { secret, unknown } from "../../runner/resource";
import { request, resource, urn } from "./requests";

const inPlace: Rules = { replaces: () => false };
const anew: Rules = { replaces: () => true };
const some: Rules = { replaces: (input) => input === "image" };

describe("what is done about a resource", () => {
  const old = resource("web", { image: "a", memory: 64 });
  const same = { image: "a", memory: 64 };

  it("is to create what is new, and what is gone from the machine", () => {
    assert.deepEqual(decide(undefined, request("web", same), some, "as declared"), { op: "create" });
    assert.deepEqual(decide(old, request("web", same), some, "gone"), { op: "create" });
  });

  it("is nothing where nothing differs", () => {
    assert.deepEqual(decide(old, request("web", { memory: 64, image: "a" }), anew, "as declared"), { op: "same" });
  });

  it("is to update what its type changes in place, and what is found changed", () => {
    assert.deepEqual(decide(old, request("web", { ...same, memory: 128 }), some, "as declared"), {
      op: "update",
      changed: ["memory"],
    });
    assert.deepEqual(decide(old, request("web", same), some, "changed"), { op: "update", changed: [] });
  });

  it("is to replace it for the inputs that take another object, and names only those", () => {
    assert.deepEqual(decide(old, request("web", { image: "b", memory: 128 }), some, "as declared"), {
      op: "replace",
      changed: ["image"],
      deleteFirst: false,
    });
  });

  for (const path of ["triggers", "triggers[*]", "triggers[0].of", "*"]) {
    it(`is to replace it where replaceOnChanges says ${path}`, () => {
      const before = resource("job", { triggers: [1] });
      const next = request("job", { triggers: [2] }, { replaceOnChanges: [path] });
      assert.equal(decide(before, next, inPlace, "as declared").op, "replace");
    });
  }

  it("is no replacement where replaceOnChanges names another input", () => {
    const next = request("web", { image: "a", memory: 128 }, { replaceOnChanges: ["image", "mem"] });
    assert.equal(decide(old, next, inPlace, "as declared").op, "update");
  });

  describe("that did not come up", () => {
    const failed = resource("web", same, { initError: "it is not healthy" });

    it("is to try it again in place", () => {
      assert.deepEqual(decide(failed, request("web", same), inPlace, "as declared"), {
        op: "update",
        changed: ["#initerror"],
      });
    });

    it("is to replace it where replaceOnChanges says #initerror", () => {
      const next = request("web", same, { replaceOnChanges: ["#initerror"] });
      assert.deepEqual(decide(failed, next, inPlace, "as declared"), {
        op: "replace",
        changed: ["#initerror"],
        deleteFirst: false,
      });
    });

    it("asks nothing of one that came up", () => {
      const next = request("web", same, { replaceOnChanges: ["#initerror"] });
      assert.equal(decide(old, next, inPlace, "as declared").op, "same");
    });
  });

  describe("in which order", () => {
    const next = { image: "b", memory: 64 };

    it("is the type's own where the program does not say", () => {
      const first = { ...some, deleteFirst: true };
      assert.deepEqual(decide(old, request("web", next), first, "as declared"), {
        op: "replace",
        changed: ["image"],
        deleteFirst: true,
      });
    });

    for (const deleteBeforeReplace of [true, false]) {
      it(`is the program's where it says deleteBeforeReplace: ${deleteBeforeReplace}`, () => {
        const rules = { ...some, deleteFirst: !deleteBeforeReplace };
        const decision = decide(old, request("web", next, { deleteBeforeReplace }), rules, "as declared");
        assert.deepEqual(decision, { op: "replace", changed: ["image"], deleteFirst: deleteBeforeReplace });
      });
    }
  });
});

describe("changes", () => {
  it("are inputs that came, went or differ", () => {
    assert.deepEqual(changes({ a: 1, b: 2, c: 3 }, { b: 2, c: 4, d: 5 }), ["a", "c", "d"]);
  });

  it("are none where a value became or ceased to be a secret", () => {
    assert.deepEqual(changes({ a: "x", b: [secret("y")] }, { a: secret("x"), b: ["y"] }), []);
    assert.deepEqual(changes({ a: secret("x") }, { a: secret("y") }), ["a"]);
  });

  it("are none between nothing and null", () => {
    assert.deepEqual(changes({ a: null }, {}), []);
  });

  it("are all values that are not known yet, wherever they stand", () => {
    assert.deepEqual(changes({ a: unknown, b: [{ c: unknown }] }, { a: unknown, b: [{ c: unknown }] }), ["a", "b"]);
    assert.deepEqual(changes({ a: "x" }, { a: secret(unknown) }), ["a"]);
  });
});

describe("ignored changes", () => {
  it("may be of a part of an input, whose other parts count", () => {
    const old = { ...resource("web", { check: { tests: ["NONE"], interval: "1s" } }) };
    const next = request("web", { check: { tests: ["CMD"], interval: "5s" } }, { ignoreChanges: ["check.interval"] });
    assert.deepEqual(ignoring(next, old).inputs, { check: { tests: ["CMD"], interval: "1s" } });
  });

  it("leave no trace of a part that neither the old nor the new input has, or the new one alone", () => {
    const old = { ...resource("web", { check: { tests: ["NONE"] } }) };
    for (const check of [{ tests: ["NONE"] }, { tests: ["NONE"], interval: "5s" }]) {
      const next = ignoring(request("web", { check }, { ignoreChanges: ["check.interval"] }), old);
      assert.deepEqual(changes(old.inputs, next.inputs), []);
    }
  });

  const old = resource("data", { driver: "local", labels: [{ label: "a" }] });

  it("leave the old value, of the whole input", () => {
    const next = request("data", { driver: "nfs", labels: [] }, { ignoreChanges: ["labels[0].label"] });
    assert.deepEqual(ignoring(next, old).inputs, { driver: "nfs", labels: [{ label: "a" }] });
  });

  it("leave what was not there away", () => {
    const next = request("data", { driver: "local", options: {} }, { ignoreChanges: ["options", "labels"] });
    assert.deepEqual(ignoring(next, old).inputs, { driver: "local", labels: [{ label: "a" }] });
  });

  it("matter for nothing that is new", () => {
    const next = request("data", { labels: [] }, { ignoreChanges: ["labels"] });
    assert.deepEqual(ignoring(next, undefined), next);
  });
});

describe("what cannot outlive a resource's deletion", () => {
  const network = resource("net");
  const on = (name: string, input: string, from: string) =>
    resource(name, {}, { propertyDependencies: { [input]: [urn(from)] }, dependencies: [urn(from)] });

  it("is what would be replaced for an input that comes from it, the last first", () => {
    const web = on("web", "image", "net");
    const front = on("front", "image", "web");
    const other = resource("other", {}, { dependencies: [network.urn] });
    const kept = on("kept", "memory", "net");
    assert.deepEqual(
      bound(network.urn, [network, web, front, other, kept], () => some).map(({ urn }) => urn),
      [front.urn, web.urn],
    );
  });

  it("is named once, before everything that it depends on", () => {
    const web = on("web", "image", "net");
    const api = on("api", "image", "net");
    const front = resource("front", {}, { propertyDependencies: { image: [web.urn, api.urn] } });
    const names = bound(network.urn, [network, web, api, front], () => some).map(({ id }) => id);
    assert.deepEqual([...names].sort(), ["api-id", "front-id", "web-id"]);
    assert.equal(names[0], "front-id");
  });
});

describe("the order in which resources go", () => {
  const net = resource("net");
  const web = resource("web", {}, { dependencies: [net.urn] });
  const front = resource("front", {}, { dependencies: [web.urn] });
  const ids = (...resources: Parameters<typeof lastFirst>[0]): string[] => lastFirst(resources).map(({ id }) => id);

  it("is that of the state, the last first", () => {
    assert.deepEqual(ids(resource("a"), resource("b"), net, web, front), [
      "front-id",
      "web-id",
      "net-id",
      "b-id",
      "a-id",
    ]);
  });

  it("lets each go after all that depends on it, wherever the state has them", () => {
    assert.deepEqual(ids(front, web, net), ["front-id", "web-id", "net-id"]);
    const provider = resource("provider");
    const old = { ...web, id: "old", replaced: true, provider: provider.urn };
    const order = ids(old, web, net, provider);
    assert.ok(order.indexOf("net-id") > Math.max(order.indexOf("old"), order.indexOf("web-id")));
    assert.ok(order.indexOf("provider-id") > order.indexOf("old"));
  });

  it("ends where dependencies were turned around", () => {
    const turned = resource("net", {}, { id: "turned", dependencies: [front.urn] });
    assert.deepEqual([...ids(web, front, turned)].sort(), ["front-id", "turned", "web-id"]);
  });
});
