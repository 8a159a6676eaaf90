import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { StagePlan } from "../../plan/stage";
import { planHere } from "../machine/here";
import { Folder } from "../release/folder";

const apps = join(__dirname, "..", "..", "apps");
const password = "planted-Pl4-password";

/** A plan without what must not be read in it: the values that stand behind the marks of secrets. */
function withoutSecrets({ application: { secrets: _secrets, ...application }, ...plan }: StagePlan): object {
  return { ...plan, application };
}

/** The same without the keys that nothing is said of, as JSON leaves them out. */
function said(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(said);
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.map(([key, each]) => [key, said(each)]));
}

describe("a plan is data", () => {
  for (const app of readdirSync(apps)) {
    describe(`that of ${app}`, () => {
      const folder = new Folder();
      let plan: StagePlan;

      before(async () => {
        cpSync(join(apps, app), folder.path, {
          recursive: true,
          filter: (path) => !/[\\/](node_modules|dist)$/.test(path),
        });
        const overlay = existsSync(folder.at("compose.staging.yaml")) ? "compose.staging.yaml" : [];
        plan = await planHere(folder.commit().path, {
          compose: "compose.yaml",
          overlay,
          env: { DB_PASSWORD: password },
        });
      });
      after(() => folder.remove());

      it("stays as it is where it is handed on", () => {
        assert.deepEqual(structuredClone(withoutSecrets(plan)), withoutSecrets(plan));
      });

      it("stays as it is where it is printed and read again", () => {
        assert.deepEqual(JSON.parse(JSON.stringify(withoutSecrets(plan))), said(withoutSecrets(plan)));
      });

      it("shows no secret where it is printed", () => {
        assert.ok(!JSON.stringify(plan).includes(password));
      });
    });
  }
});
