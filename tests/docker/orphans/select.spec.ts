import assert from "node:assert/strict";
import { identity, others, stopped } from "../../../docker/orphans/select";

const container = (id: string, labels: Record<string, string>) => ({ id, name: id, labels });

describe("what an update left", () => {
  it("of networks is told by the labels that say which network of which stage it is", () => {
    const labels = {
      "com.example.team": "shop",
      "slipway.project": "shop",
      "slipway.stage": "production",
      "slipway.network": "back",
    };
    assert.deepEqual(identity(labels), {
      "slipway.project": "shop",
      "slipway.stage": "production",
      "slipway.network": "back",
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

  it("is an edge, a registry, a certificates' client or a door that does not stay", () => {
    const roles = ["edge", "registry", "certificates"].map((role) => container(role, { "slipway.role": role }));
    const found = [
      ...roles,
      container("old", { "slipway.role": "edge" }),
      container("door", { "slipway.door": "api" }),
    ];
    assert.deepEqual(
      others(found, ["edge", "registry", "certificates"]).map(({ id }) => id),
      ["old", "door"],
    );
  });

  it("had what is to run stopped: of that, what stays starts again, and never what only carries files", () => {
    const found = [
      { ...container("a", { "slipway.role": "edge" }), isRunning: false },
      { ...container("b", { "slipway.service": "web" }), isRunning: true },
      { ...container("c", { "slipway.files": "web" }), isRunning: false },
      { ...container("d", { "slipway.service": "db" }), isRunning: false },
    ];
    assert.deepEqual(
      stopped(found, ["a", "b", "c"]).map(({ id }) => id),
      ["a"],
    );
  });
});
