import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StagePlan } from "../../plan/stage";
import type { Release } from "../../release/record";
import { notKnown, record, type Declared } from "../../policies/declared";
import { always, chosen } from "../../policies/rules";
import type { StageFacts } from "../../policies/stage";
import { digestOf, unknown, type Declared as Requested } from "../components/engine";
import { stages } from "./stages";
import { applicationOf } from "../components/project";
import { building, decidedOf, promoted, run } from "../components/shop";

type Asked = "policy" | "program";

/** As a policy is told of them, by the engine that knows no `retainOnDelete`; or as the program is, which does. */
function seen(resources: Requested[], by: Asked): Declared[] {
  const all = new Map(resources.map((resource) => [resource.urn, resource]));
  const owners = (urn: string): string[] => {
    const owner = all.get(urn);
    return owner ? [...owners(owner.parent), owner.type] : [];
  };
  return resources.map(({ type, name, inputs, parent, retainOnDelete }) => ({
    type,
    name,
    owners: owners(parent),
    inputs: record(known(inputs) as object),
    ...(by === "policy" ? {} : { isKept: retainOnDelete }),
  }));
}

/** A preview's mark for what is not known becomes that of the rules. */
function known(value: unknown): unknown {
  if (value === unknown) return notKnown;
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, known(item)]));
}

for (const [kind, planned] of Object.entries(stages)) {
  describe(`a stage ${kind}, whose application is as it should be`, () => {
    let plan: StagePlan;
    let facts: StageFacts;

    before(async () => {
      plan = await planned;
      const promotes = plan.origin.kind === "ledger" && plan.id.stage === "production";
      facts = {
        ...plan.facts,
        ...(promotes ? { promoteFrom: "staging" } : {}),
        others: ["staging", "production"].filter((other) => other !== plan.id.stage),
      };
    });

    for (const preview of [true, false]) {
      it(`breaks no rule ${preview ? "in its preview" : "in its update"}`, async () => {
        const { resources } = await run(plan, preview);
        assert.ok(resources.length > 20);
        for (const by of ["policy", "program"] as const) {
          const said = seen(resources, by).flatMap((resource) =>
            [...always, ...chosen].flatMap((rule) => rule.problems(resource, facts, {})),
          );
          assert.deepEqual(said, [], by);
        }
      });
    }
  });
}

describe("the demo", () => {
  const demo = join(__dirname, "..", "..", "apps", "demo");
  const plan = (stage: "staging" | "production", overlay = join(demo, `compose.${stage}.yaml`)): StagePlan => {
    const base = stage === "staging" ? building() : promoted();
    const files = {
      "compose.yaml": readFileSync(join(demo, "compose.yaml"), "utf8"),
      "overlay.yaml": readFileSync(overlay, "utf8"),
    };
    const env = { DB_PASSWORD: "secret", RAW_PORT: "15000", ENABLE_TEST_DATA: String(stage === "staging") };
    const application = applicationOf(files, { stage, env, secretEnv: ["DB_PASSWORD"], overlay: ["overlay.yaml"] });
    const images = Object.fromEntries(
      Object.keys(application.config.services).map((name) => [
        name,
        { repository: `shop/${name}`, digest: digestOf(name), platform: "linux/amd64" },
      ]),
    );
    // What it is made of is no matter here: both stages run it by digest.
    const release = { ...(promoted().origin as { release: Release }).release, images };
    const promotion = { from: null, to: release.name, changed: [], unchanged: [] };
    return {
      ...base,
      ...decidedOf(base.id, application),
      origin: {
        kind: "ledger",
        release,
        record: digestOf("record"),
        before: null,
        promotion,
        run: { kind: "promotion", pinned: false, promotion },
      },
    };
  };
  const refused = async (stage: StagePlan): Promise<string[]> => {
    const { resources } = await run(stage);
    const facts = { ...stage.facts, ...(stage.id.stage === "production" ? { promoteFrom: "staging" } : {}) };
    const broken = [...always, ...chosen].filter((rule) =>
      seen(resources, "policy").some((resource) => rule.problems(resource, facts, {}).length > 0),
    );
    return broken.map(({ name }) => name).sort();
  };

  for (const stage of ["staging", "production"] as const) {
    it(`breaks no rule in ${stage}`, async () => assert.deepEqual(await refused(plan(stage)), []));
  }

  it("breaks those of an organisation with an overlay that is wrong", async () => {
    const wrong = join(__dirname, "..", "e2e", "fixtures", "policies", "compose.wrong.yaml");
    assert.deepEqual(await refused(plan("production", wrong)), [
      "memory-limits-in-production",
      "no-docker-socket",
      "no-privileged-container",
      "only-edge-listens-everywhere",
      "services-have-health-check",
      "services-restart",
      "test-data-off-in-production",
    ]);
  });
});

describe("the rules", () => {
  it("look at the containers of services and jobs of a stage", async () => {
    const { resources } = await run(promoted());
    const facts = { ...promoted().facts, promoteFrom: "staging" };
    const said = seen(resources, "policy").flatMap((resource) =>
      chosen.flatMap((rule) => rule.problems(resource, facts, {}).map(() => `${resource.name} ${rule.name}`)),
    );
    assert.ok(said.includes("shop-production-worker services-have-health-check"), said.join(", "));
    assert.ok(said.includes("shop-production-worker memory-limits-in-production"), said.join(", "));
    assert.deepEqual(
      said.filter((line) => !/^shop-production-(web|api|worker|db|cache|mail|uploads|reports) /.test(line)),
      [],
    );
  });

  it("have a line each in docs/policies.md, those that always hold first", () => {
    const text = readFileSync(join(__dirname, "..", "..", "docs", "policies.md"), "utf8");
    const lines = [...text.matchAll(/^\| `([a-z-]+)` /gm)].map(([, name = ""]) => name);
    const names = [always, chosen].map((rules) => rules.map(({ name }) => name).sort());
    assert.deepEqual([lines.slice(0, always.length).sort(), lines.slice(always.length).sort()], names);
  });

  it("have names of their own", () => {
    const names = [...always, ...chosen].map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.includes("all"), false, "which the engine keeps for itself");
  });
});
