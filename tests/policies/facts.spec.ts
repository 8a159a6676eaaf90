import assert from "node:assert/strict";
import { factsOf } from "../../policies/facts";
import { isProduction } from "../../policies/stage";

const facts = (stack: string, settings: Record<string, string> = {}) =>
  factsOf(`urn:pulumi:${stack}::shop::slipway:stage:Stage::app`, { get: (key) => settings[key] });

describe("what a policy knows of its stage", () => {
  it("is its name, and that it builds where nothing else is said", () => {
    assert.deepEqual(facts("staging"), {
      project: "shop",
      stage: "staging",
      takesOver: false,
      others: ["production", "prod"],
      allow: [],
      secrets: {},
    });
  });

  it("is where its release comes from", () => {
    assert.deepEqual(facts("live", { promoteFrom: "test" }), {
      project: "shop",
      stage: "live",
      takesOver: true,
      promoteFrom: "test",
      others: ["staging", "production", "prod", "test"],
      allow: [],
      secrets: {},
    });
    assert.deepEqual(facts("production", { promoteFrom: "acme/other/test" }).others, ["staging"]);
    assert.deepEqual(facts("prod").others, ["staging"], "production by its other name");
    assert.deepEqual(facts("prod", { promoteFrom: "production" }).others, ["staging", "production"]);
    const pinned = facts("staging", { release: "v1a2b3c4-20261121-143022" });
    assert.deepEqual([pinned.takesOver, pinned.promoteFrom], [true, undefined]);
  });

  it("is what its settings let containers reach, as a list or as one", () => {
    assert.deepEqual(facts("staging", { allow: '["SYS_PTRACE","/etc"]' }).allow, ["SYS_PTRACE", "/etc"]);
    assert.deepEqual(facts("staging", { allow: "/etc" }).allow, ["/etc"]);
  });

  it("is which secrets in a cloud its variables and its tunnel's token stand for", () => {
    const env = JSON.stringify({
      A: "gcp-secret://projects/shop-123456/secrets/staging-db/versions/2",
      B: "azure-secret://shop/db-password",
      C: "plain",
      D: "gcp-secret://",
      E: 5,
    });
    assert.deepEqual(facts("production", { env }).secrets, {
      "slipway:env.A": "staging-db",
      "slipway:env.B": "db-password",
    });
    const tunnel = JSON.stringify({
      kind: "token",
      token: "gcp-secret://staging-tunnel",
      hostnames: ["a.example.com"],
    });
    assert.deepEqual(facts("production", { tunnel }).secrets, { "slipway:tunnel.token": "staging-tunnel" });
    for (const broken of ["{", "null", ""]) assert.deepEqual(facts("production", { env: broken }).secrets, {});
  });
});

describe("production", () => {
  const stage = (name: string, promoteFrom?: string) => ({
    project: "shop",
    stage: name,
    takesOver: false,
    others: [],
    ...(promoteFrom ? { promoteFrom } : {}),
  });

  it("is whatever promotes, and what is called so", () => {
    assert.equal(isProduction(stage("eu", "staging")), true);
    for (const name of ["production", "prod"]) assert.equal(isProduction(stage(name)), true);
    for (const name of ["staging", "preproduction", "live"]) assert.equal(isProduction(stage(name)), false);
    assert.equal(isProduction(stage("live"), ["live"]), true);
  });
});
