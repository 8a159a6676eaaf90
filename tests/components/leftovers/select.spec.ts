import assert from "node:assert/strict";
import { identity, others } from "../../../components/leftovers/select";

const container = (id: string, labels: Record<string, string>) => ({ id, name: id, labels });

describe("what an update left", () => {
  it("is told by the labels that say what part of which stage it is", () => {
    const labels = {
      "com.example.team": "shop",
      "slipway.project": "shop",
      "slipway.stage": "production",
      "slipway.service": "db",
    };
    assert.deepEqual(identity(labels), {
      "slipway.project": "shop",
      "slipway.stage": "production",
      "slipway.service": "db",
    });
  });

  it("is every container of a service, a job, a check, of their files or of the tunnel that does not stay", () => {
    const found = [
      container("a", { "slipway.service": "web" }),
      container("b", { "slipway.service": "web" }),
      container("c", { "slipway.files": "web" }),
      container("d", { "slipway.files": "web" }),
      container("e", { "slipway.job": "migrate" }),
      container("f", { "slipway.check": "smoke" }),
      container("g", { "slipway.connector": "1" }),
    ];
    assert.deepEqual(
      others(found, ["a", "c"]).map(({ id }) => id),
      ["b", "d", "e", "f", "g"],
    );
  });

  it("is the container of a backup that never began, and not that of one that is at work", () => {
    const backup = { "slipway.role": "backup" };
    const found = [
      { ...container("a", backup), isRunning: false },
      { ...container("b", backup), isRunning: true },
    ];
    assert.deepEqual(
      others(found, []).map(({ id }) => id),
      ["a"],
    );
  });

  it("is neither the edge nor the registry, which no record names", () => {
    const found = [container("a", { "slipway.role": "edge" }), container("b", { "slipway.role": "registry" })];
    assert.deepEqual(others(found, []), []);
  });
});
