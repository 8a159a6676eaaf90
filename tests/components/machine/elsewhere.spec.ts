import assert from "node:assert/strict";
import { container, inputOf, of, remoteImage, roleOf, step, the, type Declared, digestOf } from "../engine";
import { elsewhere, madeLogin, planted, promoted, run, serviceOf } from "../shop";

describe("a stage on a machine that is reached over SSH", () => {
  const plan = elsewhere();
  let resources: Declared[];
  let outputs: Awaited<ReturnType<typeof run>>["result"];

  before(async () => {
    ({ resources, result: outputs } = await run(plan));
  });

  it("installs Docker there first, and asks its Engine for nothing before", () => {
    const engine = the(resources, step, "-engine");
    const provider = the(resources, "pulumi:providers:docker");
    assert.ok(provider.dependsOn.includes(engine.urn));
    assert.deepEqual(engine.inputs["environment"], {
      MACHINE: "root@shop.example.com",
      SLIPWAY_MACHINE: plan.machine.reachedBy,
    });
    assert.equal(inputOf(engine)["user"], "root");
    assert.equal(provider.inputs["host"], "ssh://machine");
    assert.deepEqual(JSON.parse(String(provider.inputs["sshOpts"])), ["-F", ".slipway/ssh/0123456789ab/config"]);
  });

  it("looks after Docker again only where it was found missing", async () => {
    assert.deepEqual(the(resources, step, "-engine").ignoreChanges, []);
    const { resources: later } = await run(elsewhere({ lacksDocker: false }));
    const engine = the(later, step, "-engine");
    assert.deepEqual(engine.ignoreChanges, ["stdin"]);
    assert.deepEqual(inputOf(engine), { user: "root" });
  });

  it("copies the release into its own registry before anything is pulled", () => {
    const copy = the(resources, step, "-copy-step");
    const registry = roleOf(resources, "registry");
    assert.ok(copy.dependsOn.includes(registry.urn));
    const { from, registry: to, server, release, record, before } = inputOf(copy);
    assert.deepEqual([from, to], [plan.sourceRegistry, { ...plan.registry, credentials: madeLogin(plan.id) }]);
    assert.equal(server, `${registry.name}-id`, "a new registry may hold nothing");
    assert.equal(release, "v1a2b3c4-20261121-120000");
    const earlier = "v0-20260101-000000";
    assert.deepEqual([record, before], [digestOf(release), { name: earlier, record: digestOf(earlier) }]);
    const images = of(resources, remoteImage).filter(({ inputs }) =>
      String(inputs["name"]).startsWith("127.0.0.1:5000/"),
    );
    assert.ok(images.length >= 4);
    for (const { name, dependsOn } of images) assert.ok(dependsOn.includes(copy.urn), name);
  });

  it("tells the ledger that the release comes from as well, and looks after its own", () => {
    const { also, retention } = inputOf(the(resources, step, "-record"));
    assert.deepEqual(also, plan.sourceRegistry);
    assert.equal(retention.keep, 20);
  });

  it("leads every step to its machine", () => {
    for (const { name, inputs } of of(resources, step)) {
      assert.equal(inputs["environment"]["SLIPWAY_MACHINE"], plan.machine.reachedBy, name);
    }
  });

  it("tells other stages how its machine is reached, its key as a secret", () => {
    assert.deepEqual(outputs.machine, plan.machine.ssh);
    const stack = JSON.stringify(resources.map(({ exposed }) => exposed));
    const { key } = plan.machine.ssh as { key: string };
    assert.equal(key, planted.key);
    assert.ok(!stack.includes(key));
  });

  it("is what it is on this machine, but for where that is", async () => {
    const here = (await run(promoted())).resources;
    for (const service of Object.keys(plan.application.config.services)) {
      assert.deepEqual(serviceOf(resources, plan, service).inputs, serviceOf(here, plan, service).inputs, service);
    }
    assert.equal(of(resources, container).length, of(here, container).length + 1, "the registry");
  });
});
