import assert from "node:assert/strict";
import { backupIdentity, recipientOf } from "../../backup/age/keys";
import { container, generated, hidden, inputOf, of, step, the, volume, type Declared } from "./engine";
import { building, look, planted, promoted, run, serviceOf } from "./shop";

const plan = promoted();
const where = "-backup-step";

describe("a stage that takes a release over and has data", () => {
  let resources: Declared[];

  before(async () => {
    ({ resources } = await look(plan));
  });

  it("saves them before any container of a service is touched", () => {
    const backup = the(resources, step, where);
    const services = Object.keys(plan.application.config.services);
    for (const service of services) {
      assert.ok(serviceOf(resources, plan, service).dependsOn.includes(backup.urn), service);
    }
  });

  it("says in the preview what is saved, and before which release", () => {
    const { BACKUP } = the(resources, step, where).inputs["environment"] as Record<string, string>;
    assert.equal(BACKUP, "db (postgres), uploads (redis), reports (redis) before v1a2b3c4-20261121-120000");
  });

  it("keeps them on a volume that nothing deletes", () => {
    const backups = the(resources, volume, "-backups");
    assert.equal(backups.inputs["name"], "shop-production-backups");
    assert.equal(backups.retainOnDelete, true);
    assert.ok(the(resources, step, where).dependsOn.includes(backups.urn));
  });

  it("tells the ledger the backup's name", () => {
    assert.equal(inputOf(the(resources, step, "-record"))["backup"], "b20261121-143022");
  });

  it("hands no secret over", () => {
    const { inputs, exposed } = the(resources, step, where);
    assert.ok(!JSON.stringify(inputs).includes(planted.password));
    assert.ok(!JSON.stringify(exposed).includes(hidden));
  });

  it("has them encrypted for the public part of the stage's own key, which it tells in clear", () => {
    const own = recipientOf(backupIdentity(`${generated}key`));
    const { recipient, recipients } = inputOf(the(resources, step, where));
    assert.deepEqual([recipient, recipients], [own, []]);
  });

  it("mounts the volume in no service", () => {
    assert.ok(!JSON.stringify(of(resources, container)).includes("shop-production-backups"));
  });
});

describe("an update that changes no release", () => {
  it("leaves the backup's step as it is, and keeps the name in the ledger", async () => {
    const due = plan.backup;
    assert.ok(due);
    const same = { ...plan, backup: { ...due, due: false, id: "b20261120-090000" } };
    const { resources } = await run(same);
    assert.deepEqual(the(resources, step, where).ignoreChanges, ["create", "environment", "stdin", "logging"]);
    assert.equal(inputOf(the(resources, step, "-record"))["backup"], "b20261120-090000");
    assert.deepEqual(the((await look(plan)).resources, step, where).ignoreChanges, []);
  });
});

describe("a stage that builds", () => {
  it("saves nothing", async () => {
    const { resources } = await look(building());
    assert.deepEqual(of(resources, "slipway:backup:Backup"), []);
  });
});
