import assert from "node:assert/strict";
import type { Hands } from "../../../runner/kinds/kind";
import { randomPassword } from "../../../runner/kinds/random";
import type { Values } from "../../../runner/resource";

const made = async (inputs: Values): Promise<string> => {
  const { outputs } = await randomPassword.create(inputs, {} as Hands);
  return outputs?.["result"] as string;
};

describe("a random password", () => {
  it("is of letters and digits, as long as it should be, and another one each time", async () => {
    const [one, other] = await Promise.all([made({ length: 32 }), made({ length: 32, special: false })]);
    assert.match(one, /^[A-Za-z0-9]{32}$/);
    assert.match(other, /^[A-Za-z0-9]{32}$/);
    assert.notEqual(one, other);
  });

  it("holds special characters where they are wanted: those that are named, else the usual ones", async () => {
    assert.match(await made({ length: 3000, special: true, overrideSpecial: "-" }), /^(?=.*-)[A-Za-z0-9-]{3000}$/);
    assert.match(await made({ length: 3000, special: true }), /[!@#$%&*()\-_=+[\]{}<>:?]/);
  });

  it("is made anew for another value of any input", () => {
    assert.ok(["length", "special", "overrideSpecial", "keepers"].every((input) => randomPassword.replaces(input)));
  });
});
