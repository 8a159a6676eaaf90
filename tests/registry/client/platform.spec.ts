import assert from "node:assert/strict";

import {
  bestFor,
  formatPlatform,
  parsePlatform,
  platformOfConfig,
  runsOn,
  samePlatform,
} from "../../../registry/client/platform";

describe("platforms", () => {
  const written: Record<string, string> = {
    "linux/amd64": "linux/amd64",
    x86_64: "linux/amd64",
    "linux/x86_64": "linux/amd64",
    "Linux/AMD64/v1": "linux/amd64",
    "linux/amd64/v3": "linux/amd64/v3",
    aarch64: "linux/arm64",
    "linux/arm64/v8": "linux/arm64",
    "linux/arm64/8": "linux/arm64",
    armv7l: "linux/arm/v7",
    "linux/arm": "linux/arm/v7",
    "linux/arm/6": "linux/arm/v6",
    armhf: "linux/arm/v7",
    armel: "linux/arm/v6",
    i686: "linux/386",
    "windows/amd64": "windows/amd64",
    s390x: "linux/s390x",
  };
  for (const [text, normal] of Object.entries(written)) {
    it(`reads ${text} as ${normal}`, () => assert.equal(formatPlatform(parsePlatform(text)), normal));
  }

  for (const text of ["", "linux/", "a/b/c/d", "linux amd64"]) {
    it(`refuses "${text}"`, () =>
      assert.throws(() => parsePlatform(text), /is not a platform: write os\/architecture/));
  }

  it("knows what runs where", () => {
    const runs = (image: string, machine: string): boolean => runsOn(parsePlatform(image), parsePlatform(machine));
    assert.ok(runs("linux/amd64", "x86_64"));
    assert.ok(runs("linux/arm/v6", "linux/arm/v7"));
    assert.ok(runs("linux/amd64", "linux/amd64/v3"));
    assert.ok(!runs("linux/amd64/v3", "linux/amd64"));
    assert.ok(!runs("linux/arm/v7", "linux/arm/v6"));
    assert.ok(!runs("linux/arm/v7", "linux/arm64"));
    assert.ok(!runs("windows/amd64", "linux/amd64"));
    assert.ok(samePlatform({ os: "linux", architecture: "arm64", variant: "v8" }, parsePlatform("aarch64")));
  });

  it("chooses the newest variant that the machine has, whatever the order", () => {
    const images = ["linux/arm/v5", "linux/arm/v7", "linux/arm64", "linux/arm/v6"].map((text) => ({
      text,
      platform: parsePlatform(text),
    }));
    const choice = (machine: string): string | undefined => bestFor(images, parsePlatform(machine))?.text;
    assert.equal(choice("linux/arm/v7"), "linux/arm/v7");
    assert.equal(choice("linux/arm/v6"), "linux/arm/v6");
    assert.equal(choice("linux/arm64"), "linux/arm64");
    assert.equal(choice("linux/amd64"), undefined);
  });

  it("reads a configuration's platform, and finds none where there is none", () => {
    const config = { os: "linux", architecture: "arm64", variant: "v8", rootfs: {} };
    assert.deepEqual(platformOfConfig(config), { os: "linux", architecture: "arm64" });
    for (const other of [undefined, null, {}, { os: "linux" }, { os: "", architecture: "" }, "text"]) {
      assert.equal(platformOfConfig(other), undefined);
    }
  });
});
