import assert from "node:assert/strict";
import { releaseName } from "../../release/name";
import { nearest } from "../../errors/suggest";

describe("the name of a release", () => {
  it("tells commit and time, in UTC", () => {
    assert.equal(releaseName("1a2b3c4", false, new Date("2026-11-21T14:30:22.987+02:00")), "v1a2b3c4-20261121-123022");
  });

  it("tells that uncommitted files went in", () => {
    assert.equal(releaseName("1a2b3c4", true, new Date("2026-01-02T03:04:05Z")), "v1a2b3c4-20260102-030405-dirty");
  });
});

describe("the nearest words", () => {
  it("come best first, at most as many as wanted", () => {
    assert.deepEqual(nearest("stagin", ["production", "staging", "stage", "testing"]), ["staging", "stage"]);
    assert.deepEqual(nearest("stagin", ["production", "staging", "stage"], 1), ["staging"]);
  });

  it("are none that share less than half", () => {
    assert.deepEqual(nearest("abc", ["xyz", "production"]), []);
  });

  it("are in order of the alphabet where they are as near", () => {
    assert.deepEqual(nearest("v1", ["v3", "v2"]), ["v2", "v3"]);
  });
});
