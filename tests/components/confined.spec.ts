import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { confined, readOnly } from "../../components/confined";

describe("a container of Slipway's own", () => {
  it("has no capability but those that it needs, and gets none later", () => {
    assert.deepEqual(confined(), { capabilities: { drops: ["ALL"] }, securityOpts: ["no-new-privileges:true"] });
    assert.deepEqual(confined("CHOWN").capabilities, { drops: ["ALL"], adds: ["CHOWN"] });
  });

  it("writes the files that it is made with whenever it starts, as its own file system is read-only", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-confined-"));
    try {
      const [program, other] = [join(folder, "program.sh"), join(folder, "other.txt")];
      const text = 'two lines,\n$HOME and 100% "quoted"\n';
      for (const shell of ["bash", "sh"] as const) {
        const {
          entrypoints,
          envs,
          readOnly: isReadOnly,
        } = readOnly(shell, program, {
          [program]: `env | grep -c SLIPWAY_FILE; cat ${other}`,
          [other]: text,
        });
        assert.equal(isReadOnly, true);
        const [command = "", ...args] = entrypoints as string[];
        const env = Object.fromEntries(
          envs.map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]),
        );
        const said = execFileSync(command, args, { encoding: "utf8", env: { PATH: process.env["PATH"], ...env } });
        assert.equal(said, `0\n${text}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
