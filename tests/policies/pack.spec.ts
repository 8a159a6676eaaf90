import assert from "node:assert/strict";
import type { Policies, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import type { Rule } from "../../policies/rule";
import { policiesOf } from "../../policies/pack";
import { always, chosen } from "../../policies/rules";

const urn = (name: string) =>
  `urn:pulumi:production::shop::slipway:stage:Stage$slipway:services:Services$own:index:Thing::${name}`;

/** A rule that refuses whatever says that it is wrong. */
const rule: Rule = {
  name: "nothing-wrong",
  description: "Nothing is wrong.",
  settings: { words: "What it is told" },
  problems: ({ name, inputs, owners, isKept }, { stage }, { words = [] }) =>
    inputs["wrong"] === true
      ? [`${name} of ${stage} in ${owners.length} (${[...words, isKept].join(" ")}) is wrong.`]
      : [],
};

/** Puts resources to a pack as the engine does: one by one, then all of them. Those of one name differ in what follows a `#`. */
async function run(
  policies: Policies,
  config: Record<string, object>,
  resources: Record<string, object>,
  protect = false,
) {
  const said: string[] = [];
  const all = Object.entries({ "shop-production": {}, ...resources }).map(([key, props], index) => ({
    type: index === 0 ? "pulumi:pulumi:Stack" : "own:index:Thing",
    name: key.replace(/#.*/, ""),
    urn: urn(key),
    props,
    opts: { protect },
  }));
  const noted = (policy: string, on: string) => (message: string) => void said.push(`${policy} on ${on}: ${message}`);
  for (const resource of all) {
    for (const policy of policies) {
      const args = { ...resource, getConfig: () => config[policy.name] ?? {} } as unknown as ResourceValidationArgs;
      if ("validateResource" in policy && typeof policy.validateResource === "function") {
        await policy.validateResource(args, noted(policy.name, resource.name));
      }
    }
  }
  for (const policy of policies) {
    const args = { resources: all, getConfig: () => config[policy.name] ?? {} } as unknown as StackValidationArgs;
    if ("validateStack" in policy) await policy.validateStack(args, noted(policy.name, "all"));
  }
  // It has a test of its own (inForce.spec.ts).
  return said.filter((line) => !line.startsWith("policies-in-force"));
}

const wrong = { web: { wrong: true }, api: {} };
const grant = (...entries: unknown[]) => ({ exemptions: { grant: entries } });
const exempt = { policy: "nothing-wrong", resource: "web", reason: "It is the old one, until June." };

describe("the policy pack", () => {
  it("reports what each rule finds, with what the rule has to know", async () => {
    assert.deepEqual(await run(policiesOf([rule]), {}, wrong), [
      "nothing-wrong on web: web of production in 2 () is wrong.",
    ]);
    assert.deepEqual(await run(policiesOf([rule]), { "nothing-wrong": { words: ["so"] } }, wrong, true), [
      "nothing-wrong on web: web of production in 2 (so true) is wrong.",
    ]);
  });

  it("says which settings there are not", async () => {
    assert.deepEqual(await run(policiesOf([rule]), { "nothing-wrong": { word: ["so"] } }, {}), [
      "nothing-wrong on shop-production: nothing-wrong.word is not a setting of the policy: it has words.",
    ]);
  });

  it("tells the engine what may be set of a rule", () => {
    const [, policy] = policiesOf([rule]);
    assert.deepEqual(policy?.configSchema, {
      properties: { words: { type: "array", items: { type: "string" }, description: "What it is told" } },
    });
  });

  it("has a policy for each rule, two that look after exemptions, and one that says which of them count", () => {
    const policies = policiesOf([...always, ...chosen]);
    assert.equal(policies.length, always.length + chosen.length + 3);
    assert.deepEqual(
      [policies[0]?.name, policies.at(-2)?.name, policies.at(-1)?.name],
      ["exemptions", "exemptions-in-use", "policies-in-force"],
    );
    assert.deepEqual(
      policies.filter(({ enforcementLevel }) => enforcementLevel !== undefined).map(({ name }) => name),
      ["exemptions-in-use", "policies-in-force"],
    );
  });
});

describe("an exemption", () => {
  it("lets one resource be, for one policy, and is shown with its reason", async () => {
    assert.deepEqual(await run(policiesOf([rule]), grant(exempt), { ...wrong, worker: { wrong: true } }), [
      "exemptions-in-use on web: Exempt from nothing-wrong (It is the old one, until June.): web of production in 2 () is wrong.",
      "nothing-wrong on worker: worker of production in 2 () is wrong.",
    ]);
  });

  it("may name a resource by its URN", async () => {
    const said = await run(policiesOf([rule]), grant({ ...exempt, resource: urn("web") }), wrong);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^exemptions-in-use on web: Exempt/);
  });

  it("by a name that several resources have is refused", async () => {
    const two = { "web#1": { wrong: true }, "web#2": { wrong: true } };
    const said = await run(policiesOf([rule]), grant(exempt), two);
    assert.deepEqual(
      said.filter((line) => !line.startsWith("exemptions-in-use")),
      [
        `exemptions on all: exemptions.grant exempts web from nothing-wrong, and several resources of that name need it: write the URN of the one that is meant, ${urn("web#1")} or ${urn("web#2")}.`,
      ],
    );
    const [, stays] = await run(policiesOf([rule]), grant({ ...exempt, resource: urn("web#1") }), two);
    assert.equal(stays, "nothing-wrong on web: web of production in 2 () is wrong.");
    const one = await run(policiesOf([rule]), grant(exempt), { "web#1": { wrong: true }, "web#2": {} });
    assert.equal(one.length, 1, "one of them alone needs it");
  });

  it("is shown where nothing needs it any longer", async () => {
    assert.deepEqual(await run(policiesOf([rule]), grant(exempt), { web: {} }), [
      "exemptions-in-use on all: web keeps to nothing-wrong by now: take its exemption out of exemptions.grant.",
    ]);
  });

  const stays = "nothing-wrong on web: web of production in 2 () is wrong.";
  for (const [what, entry, says] of [
    [
      "without a reason",
      { ...exempt, reason: undefined },
      "exemptions.grant[0] exempts web from nothing-wrong without a reason: write why, in reason.",
    ],
    [
      "with a blank reason",
      { ...exempt, reason: " " },
      "exemptions.grant[0] exempts web from nothing-wrong without a reason: write why, in reason.",
    ],
    [
      "from a policy that there is not",
      { ...exempt, policy: "nothing-wong" },
      "exemptions.grant[0] names the policy nothing-wong, which the pack does not have: did you mean nothing-wrong?",
    ],
    [
      "from a policy like no other",
      { ...exempt, policy: "x" },
      "exemptions.grant[0] names the policy x, which the pack does not have: it has nothing-wrong.",
    ],
    [
      "of no resource",
      { ...exempt, resource: 5 },
      "exemptions.grant[0] does not say which resource is exempt from which policy: write { policy: services-restart, resource: shop-production-worker, reason: … }.",
    ],
    [
      "that is none",
      "web",
      "exemptions.grant[0] does not say which resource is exempt from which policy: write { policy: services-restart, resource: shop-production-worker, reason: … }.",
    ],
  ] as const) {
    it(`${what} is refused, and does not count`, async () => {
      assert.deepEqual(await run(policiesOf([rule]), grant(entry), wrong), [
        `exemptions on shop-production: ${says}`,
        stays,
      ]);
    });
  }

  it("of a resource that is not declared is refused", async () => {
    assert.deepEqual(await run(policiesOf([rule]), grant({ ...exempt, resource: "wep" }), wrong), [
      stays,
      "exemptions on all: exemptions.grant exempts wep from nothing-wrong, and nothing of that name is declared: did you mean web?",
    ]);
    const said = await run(policiesOf([rule]), grant({ ...exempt, resource: "something-else" }), wrong);
    assert.match(said[1] ?? "", /nothing of that name is declared: write the name that the preview shows\.$/);
  });

  it("under another name than grant is refused", async () => {
    assert.deepEqual(await run(policiesOf([rule]), { exemptions: { grants: [exempt] } }, wrong), [
      "exemptions on shop-production: exemptions.grants is not a setting: exemptions are listed in exemptions.grant.",
      stays,
    ]);
  });
});
