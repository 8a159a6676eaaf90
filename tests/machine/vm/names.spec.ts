import assert from "node:assert/strict";
import fc from "fast-check";
import { cloudName } from "../../../machine/vm/names";
import { openPorts } from "../../../machine/vm/vm";

describe("a stage's name in a cloud", () => {
  it("is the project's and the stage's where a cloud takes that", () => {
    assert.equal(cloudName({ project: "shop", stage: "staging" }, 55), "shop-staging");
  });

  it("tells stages apart whose names would come out the same", () => {
    const names = ["My_Shop", "my-shop", "my.shop"].map((project) => cloudName({ project, stage: "staging" }, 55));
    assert.equal(new Set(names).size, 3);
    assert.equal(names[1], "my-shop-staging");
    for (const name of names) assert.match(name, /^my-shop-staging/);
  });

  it("is another for every stage, wherever the hyphens are", () => {
    const called = (project: string, stage: string): string => cloudName({ project, stage }, 55);
    assert.equal(called("shop-eu", "test"), "shop-eu-test");
    assert.match(called("shop", "eu-test"), /^shop-eu-test-[0-9a-f]{6}$/);
    assert.notEqual(called("a", "b-c-d"), called("a-b", "c-d"));
  });

  it("is one that clouds take, whatever the project is called", () => {
    const text = fc.string({ minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 16, max: 63 }), (project, stage, longest) => {
        const name = cloudName({ project, stage }, longest);
        assert.match(name, /^[a-z]([a-z0-9-]*[a-z0-9])?$/);
        assert.ok(name.length <= longest);
      }),
    );
  });
});

describe("the ports of a machine that are open to everyone", () => {
  it("are those of HTTP and what is asked for, in order and once", () => {
    assert.deepEqual(
      openPorts({ tunnel: false, ports: [8080, 443, 25], published: [9090, 8080] }),
      [25, 80, 443, 8080, 9090],
    );
  });

  it("are those alone that the settings name where there is a tunnel", () => {
    assert.deepEqual(openPorts({ tunnel: true, ports: [8080, 25], published: [9090] }), [25, 8080]);
    assert.deepEqual(openPorts({ tunnel: true, ports: [], published: [9090] }), []);
  });
});
