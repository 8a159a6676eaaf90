import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mendCheckpoint } from "../../cli/checkpoint";

describe("a state that Pulumi was killed over while it wrote it", () => {
  let root: string;
  let state: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "slipway state-"));
    const folder = join(root, ".pulumi", "stacks", "shop");
    mkdirSync(folder, { recursive: true });
    state = join(folder, "production.json");
    writeFileSync(state, "{}");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const mend = (backend = `file://${encodeURI(root)}`): string[] => mendCheckpoint(backend, "shop", "production");

  it("is mended by taking away the empty description beside it", () => {
    writeFileSync(`${state}.attrs`, "");
    assert.deepEqual(mend(), [`${state}.attrs`]);
    assert.deepEqual([existsSync(state), existsSync(`${state}.attrs`)], [true, false]);
  });

  it("is left alone where the description is whole, or is none", () => {
    assert.deepEqual(mend(), []);
    writeFileSync(`${state}.attrs`, "{}");
    assert.deepEqual(mend(), []);
  });

  it("is nothing to see to where it is kept elsewhere", () => {
    assert.deepEqual(mend("https://app.pulumi.com/ada"), []);
  });
});
