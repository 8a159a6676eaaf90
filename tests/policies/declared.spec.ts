import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { notKnown, plain, record, records, texts } from "../../policies/declared";
import { unknown } from "./declared";

describe("values as rules read them", () => {
  it("are what they are where all is known", () => {
    const value = { a: "text", b: [1, { c: true }], d: null };
    assert.deepEqual(plain(value), value);
  });

  it("show what is not known, wherever it is", () => {
    const list = Object.defineProperty([1, 2], 1, Object.getOwnPropertyDescriptor(unknown("1"), "1") ?? {});
    assert.deepEqual(record(unknown("image", { ports: [unknown("ip", { internal: 80 })], list })), {
      image: notKnown,
      ports: [{ ip: notKnown, internal: 80 }],
      list: [1, notKnown],
    });
  });

  it("do not wait for outputs and promises, nor look into resources", () => {
    const values = {
      output: pulumi.output("later"),
      promise: Promise.resolve(1),
      date: new Date(0),
      deep: [pulumi.output(1)],
    };
    assert.deepEqual(record(values), { output: notKnown, promise: notKnown, date: notKnown, deep: [notKnown] });
  });

  it("are left out of lists where they are not known", () => {
    assert.deepEqual(records([{ a: 1 }, notKnown, "b", null]), [{ a: 1 }]);
    assert.deepEqual(records(notKnown), []);
    assert.deepEqual(texts(["a", notKnown, 1]), ["a"]);
    assert.deepEqual(texts("a"), ["a"]);
    assert.deepEqual(texts(undefined), []);
  });
});
