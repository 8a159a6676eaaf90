import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { machineOf } from "../../cli/machine";

describe("the machine of a stage, for a command", () => {
  const { cwd } = process;
  const { PATH } = process.env;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-machine-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    writeFileSync(
      join(folder, "Pulumi.production.yaml"),
      "config:\n  slipway:machine: { kind: shared, of: staging }\n",
    );
    process.cwd = () => folder;
    process.env["PATH"] = `${folder}${delimiter}${PATH ?? ""}`;
  });

  afterEach(() => {
    process.cwd = cwd;
    process.env["PATH"] = PATH;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Stands in for Pulumi's own command, which says this of the outputs. */
  function pulumiSays(sentence: string): void {
    const program = `#!/bin/sh\nif [ "$1" = version ]; then echo v3.250.0; exit; fi\necho "error: ${sentence}" >&2\nexit 255\n`;
    writeFileSync(join(folder, "pulumi"), program);
    chmodSync(join(folder, "pulumi"), 0o755);
  }

  it("is not there yet where its stage is not", async () => {
    pulumiSays("no stack named 'staging' found");
    await assert.rejects(
      machineOf("production"),
      new Error("The stage staging tells no machine yet: bring it up first, with pulumi up -s staging."),
    );
  });

  it("is not taken for missing where Pulumi cannot tell: what it said is told", async () => {
    pulumiSays("could not read the state: 403 Forbidden");
    await assert.rejects(machineOf("production"), {
      message:
        "Pulumi does not tell where the machine of the stage staging is: see to it that pulumi stack output -s staging answers here, as after pulumi login (it says: could not read the state: 403 Forbidden).",
    });
  });
});
