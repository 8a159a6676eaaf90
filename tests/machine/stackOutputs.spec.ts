import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { stackOf, toldBy } from "../../machine/stackOutputs";

const machine = { host: "203.0.113.10", port: 22, user: "slipway", hostKey: ["ssh-ed25519 AAAA"], key: "KEY" };
const stack = "organization/shop/staging";
/** What neither tells. */
const untold = { release: undefined, ledger: undefined, backups: undefined };

describe("what a stage tells of itself", () => {
  const registryLogin = { username: "slipway", password: "any" };

  it("is the way to its machine, and who its registry lets in, once it has come up", async () => {
    const told = await toldBy(stack, () =>
      Promise.resolve({ services: {}, machine, registryLogin, url: "http://any" }),
    );
    assert.deepEqual(told, { isUp: true, machine, registryLogin, ...untold });
  });

  it("is nothing before, and no machine where that is this one", async () => {
    assert.deepEqual(await toldBy(stack, () => Promise.resolve({})), {
      isUp: false,
      machine: undefined,
      registryLogin: undefined,
      ...untold,
    });
    assert.deepEqual(await toldBy(stack, () => Promise.resolve({ services: {} })), {
      isUp: true,
      machine: undefined,
      registryLogin: undefined,
      ...untold,
    });
  });

  it("is asked for again while its own update writes the state", async () => {
    let asked = 0;
    const ask = (name: string): Promise<Record<string, unknown>> => {
      assert.equal(name, stack);
      asked += 1;
      return asked < 3
        ? Promise.reject(new Error("failed to load checkpoint: EOF"))
        : Promise.resolve({ services: {}, machine });
    };
    assert.deepEqual((await toldBy(stack, ask)).machine, machine);
    assert.equal(asked, 3);
  });

  it("is an error where the engine says something else", async () => {
    await assert.rejects(
      toldBy(stack, () => Promise.reject(new Error('unknown stack "staging"'))),
      /unknown stack/,
    );
  });

  it("is asked of a stack of the same project, or of the one that is named in full", async () => {
    await pulumi.runtime.setMocks(
      { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
      "shop",
      "staging",
      false,
      "team",
    );
    assert.equal(stackOf({ project: "shop", stage: "team/other/staging" }), "team/other/staging");
    assert.equal(stackOf({ project: "shop", stage: "staging" }), "team/shop/staging");
  });
});
