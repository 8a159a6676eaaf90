import assert from "node:assert/strict";
import { test } from "node:test";
import { flag, readSettings } from "../src/settings.js";

test("a switch is true or false, and nothing else", () => {
  assert.equal(flag("X", "true"), true);
  assert.equal(flag("X", "false"), false);
  assert.equal(flag("X", undefined), false);
  assert.throws(() => flag("X", "yes"), /X is "yes"; it must be "true" or "false"/);
});

test("the password comes from a file, and only from there", () => {
  assert.throws(() => readSettings({ PGPASSWORD: "x" }), /PGPASSWORD_FILE is not set/);
});
