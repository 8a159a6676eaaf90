import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadCompose } from "../../compose/load";
import { asLoaded, asPrinted, askReference, optionsOf, referenceMissing } from "./cases";
import { generate } from "./generate";

/*
 * Generated applications, loaded and compared with the reference. COMPOSE_RANDOM is how many (20), COMPOSE_SEED where to begin:
 * a failure names its seed.
 */
describe("docker compose config, for generated files", function () {
  this.timeout(600_000);
  const missing = referenceMissing();
  const count = Number(process.env.COMPOSE_RANDOM ?? 20);
  const first = Number(process.env.COMPOSE_SEED ?? 1);

  if (missing !== undefined) {
    it(`agrees with the loader (pending: ${missing})`);
    return;
  }
  it(`agrees with the loader, ${count} times from seed ${first} on`, () => {
    const folder = mkdtempSync(join(tmpdir(), "compose-"));
    mkdirSync(join(folder, "app"));
    try {
      for (let seed = first; seed < first + count; seed++) compare(seed, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function compare(seed: number, folder: string): void {
  const { files, env } = generate(seed);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const one = { folder, files: Object.keys(files).filter((name) => name.endsWith(".yaml")), env };
  const answer = askReference(one);
  const written = Object.entries(files).map(([name, text]) => `# ${name}\n${text}`);
  const about = `seed ${seed}\n${written.join("\n")}\n${JSON.stringify(env)}\n`;
  if ("refusal" in answer) {
    assert.throws(() => loadCompose(optionsOf(one)), `${about}the reference refuses it: ${answer.refusal}`);
    return;
  }
  try {
    assert.deepEqual(asPrinted(loadCompose(optionsOf(one)).config), asLoaded(answer.config, folder));
  } catch (error) {
    throw new Error(about + String(error), { cause: error });
  }
}
