import assert from "node:assert/strict";
import { container, hidden, inputOf, of, step, the, type Declared } from "../engine";
import { building, look, pinned, planted, promoted, run, serviceOf, stages, withLogin } from "../shop";

for (const [kind, plan] of Object.entries(stages)) {
  describe(`the secrets of a stage ${kind}`, () => {
    let resources: Declared[];

    before(async () => {
      ({ resources } = await look(plan));
    });

    it("shows no secret in any input", () => {
      for (const { type, name, exposed } of resources) {
        const text = JSON.stringify(exposed);
        for (const value of Object.values(planted)) {
          assert.ok(!text.includes(value), `${type} ${name} shows a secret`);
          assert.ok(!text.includes(Buffer.from(value).toString("base64")), `${type} ${name} shows a secret in base64`);
        }
        assert.ok(!/[\uE000\uE001]/.test(text), `${type} ${name} has a secret's mark left in it`);
      }
    });

    it("hands secrets over as files that the service's own definition does not hold", () => {
      const { inputs } = serviceOf(resources, plan, "db");
      assert.ok(!JSON.stringify(inputs).includes(planted.password));
      const targets = (inputs["mounts"] as { target: string; readOnly: boolean }[]).map(({ target, readOnly }) => [
        target,
        readOnly,
      ]);
      assert.deepEqual(targets, [
        ["/run/slipway", true],
        ["/run/secrets/db_password", true],
      ]);
      const carrier = the(resources, container, "db-files-carrier");
      assert.equal(carrier.inputs["start"], false);
      assert.equal(carrier.inputs["mustRun"], false);
      assert.equal(carrier.inputs["uploads"][0].contentBase64, Buffer.from(planted.password).toString("base64"));
      assert.equal(carrier.exposed["uploads"][0].contentBase64, hidden);
    });

    it("reveals a secret in an environment variable to the container alone", () => {
      const { inputs, exposed } = serviceOf(resources, plan, "api");
      assert.deepEqual(inputs["envs"], [`DATABASE_URL=postgres://shop:${planted.password}@db/shop`, "LEVEL=info"]);
      assert.deepEqual(exposed["envs"], [hidden, "LEVEL=info"]);
    });
  });
}

describe("a stage whose registry asks for a password", () => {
  for (const [kind, planOf] of Object.entries({
    builds: building,
    "takes a release over": promoted,
    "is pinned": () => pinned(true),
  })) {
    it(`shows it nowhere where it ${kind}`, async () => {
      const { resources } = await run(withLogin(planOf()));
      for (const { type, name, exposed } of resources) {
        assert.ok(!JSON.stringify(exposed).includes(planted.password), `${type} ${name} shows the password`);
      }
      const { inputs } = the(resources, "pulumi:providers:docker");
      assert.deepEqual(JSON.parse(inputs["registryAuth"] as string), [
        { address: "registry.example.com", username: "deployer", password: planted.password },
      ]);
      assert.equal(inputOf(the(resources, step, "-record"))["registry"].credentials.password, planted.password);
    });
  }

  it("declares no registry", async () => {
    const { resources, result } = await run(withLogin(building()));
    assert.deepEqual(of(resources, "slipway:registry:LocalRegistry"), []);
    assert.equal(result.registry, "registry.example.com/team");
  });
});
