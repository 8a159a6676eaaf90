import assert from "node:assert/strict";
import { portClaim } from "../../../docker/holders/claims";
import type { Holder } from "../../../docker/holders/holder";
import { registryDowntime } from "../../../registry/downtime";

const running: Holder = {
  id: "1",
  name: "shop-staging-registry-server",
  part: "role registry",
  image: "registry:2",
  claims: [portClaim(5000, "tcp", "127.0.0.1")],
  isRunning: true,
};

describe("a stage's registry", () => {
  const login = { username: "slipway", password: "any" };
  const same = { port: 5000, image: "registry:2" };

  it("is down for a moment where it gets another port or image, which the preview says", () => {
    for (const other of [
      { ...same, port: 5001 },
      { ...same, image: "registry:3" },
    ]) {
      assert.match(
        registryDowntime(other, [running], login) ?? "",
        /^The registry is replaced: .* Unless the new one becomes well, the one that is there runs again\.$/,
      );
    }
  });

  it("gets a login where it had none, which the preview says", () => {
    assert.match(
      registryDowntime(same, [running], undefined) ?? "",
      /^The registry is replaced: .* From then on it is on a network of its own and asks for a login, .*; its data stay\.$/,
    );
  });

  it("stays where nothing of it changes, also where its image's tag has moved on", () => {
    assert.equal(registryDowntime(same, [running], login), undefined);
    assert.equal(registryDowntime(same, [{ ...running, image: "sha256:1a2b" }], login), undefined);
  });

  it("takes nobody's place where none runs, or none is declared", () => {
    assert.equal(registryDowntime(same, [], undefined), undefined);
    assert.equal(registryDowntime(same, [{ ...running, isRunning: false }], undefined), undefined);
    assert.equal(registryDowntime(undefined, [running], undefined), undefined);
  });
});
