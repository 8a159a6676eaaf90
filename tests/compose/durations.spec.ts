import assert from "node:assert/strict";
import { formatDuration, parseDuration, toMilliseconds } from "../../compose/durations";
import { parseSize, toBytes } from "../../compose/sizes";

describe("durations", () => {
  const canonical: Record<string, string> = {
    "90s": "1m30s",
    "1.5h": "1h30m0s",
    "500ms": "500ms",
    "1500us": "1.5ms",
    "10ns": "10ns",
    "1d": "24h0m0s",
    "1w2d": "216h0m0s",
    ".5s": "500ms",
    "0": "0s",
    "-1m": "-1m0s",
    "1h0m0.5s": "1h0m0.5s",
  };
  for (const [written, printed] of Object.entries(canonical)) {
    it(`prints ${written} as ${printed}`, () => assert.equal(formatDuration(parseDuration(written) ?? NaN), printed));
  }

  it("knows what is no duration", () => {
    for (const text of ["", "5", "s", "1x", "1 s", "-", "1.s.", "1h 2m"])
      assert.equal(parseDuration(text), undefined, text);
  });

  it("gives milliseconds", () => {
    assert.equal(toMilliseconds("1m30s"), 90_000);
    assert.equal(toMilliseconds("1.5s"), 1500);
    assert.throws(() => toMilliseconds("soon"), /"soon" is not a duration: write it as 30s or 1m30s/);
  });
});

describe("sizes", () => {
  const bytes: Record<string, number> = {
    "512": 512,
    "10b": 10,
    "64k": 65536,
    "64KB": 65536,
    "1.5MiB": 1572864,
    "2 g": 2147483648,
    "1t": 1024 ** 4,
    ".5k": 512,
  };
  for (const [written, size] of Object.entries(bytes)) {
    it(`takes ${written} for ${size} bytes`, () => assert.equal(parseSize(written), size));
  }

  it("knows what is no size", () => {
    for (const text of ["", "k", "-1", "1x", "1kk", "1e3", "1  k"]) assert.equal(parseSize(text), undefined, text);
  });

  it("gives bytes of what the loader prints, -1 included", () => {
    assert.equal(toBytes("1048576"), 1048576);
    assert.equal(toBytes("-1"), -1);
    assert.throws(() => toBytes("much"), /"much" is not a size: write it as 512m or 2g/);
  });
});
