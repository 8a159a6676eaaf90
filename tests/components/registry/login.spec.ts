import assert from "node:assert/strict";
import { compareSync } from "bcryptjs";
import { generated, inputOf, labelsOf, network, of, roleOf, step, the, type Declared } from "../engine";
import { building, elsewhere, letIn, look, madeLogin, pinned, planted, promoted, run } from "../shop";

/** The stages that run a registry of their own. */
const running = { "that builds": building(), "that builds, pinned": pinned(true), "on another machine": elsewhere() };

for (const [kind, plan] of Object.entries(running)) {
  describe(`the registry of a stage ${kind}`, () => {
    const { username, password } = madeLogin(plan.id);
    let resources: Declared[];
    let result: Awaited<ReturnType<typeof look>>["result"];

    before(async () => {
      ({ resources, result } = await look(plan));
    });

    it("is alone on a network of the stage's own", () => {
      const own = the(resources, network, "-registry-network");
      assert.equal(labelsOf(own).get("slipway.stage"), plan.id.stage);
      const on = ({ inputs }: Declared): string[] =>
        ((inputs["networksAdvanced"] ?? []) as { name: string }[]).map(({ name }) => name);
      const there = of(resources, "docker:index/container:Container").filter((one) =>
        on(one).includes(`${own.name}-1a2b3c4`),
      );
      assert.deepEqual(
        there.map(({ name }) => name),
        [roleOf(resources, "registry").name],
      );
      assert.equal(on(roleOf(resources, "registry")).length, 1);
    });

    it("knows one login, by a hash alone", () => {
      const files = roleOf(resources, "registry").inputs["uploads"] as { file: string; content: string }[];
      const { content = "" } = files.find(({ file }) => file === "/etc/slipway/logins") ?? {};
      const [name, hash = ""] = content.trim().split(":");
      assert.equal(name, username);
      assert.ok(compareSync(password, hash));
      assert.match(
        files.find(({ file }) => file === "/etc/slipway/registry.yml")?.content ?? "",
        /\nauth:\n {2}htpasswd:/,
      );
    });

    it("tells every step that works with it", () => {
      const told = of(resources, step).flatMap((one) => inputOf(one)["registry"]?.credentials ?? []);
      assert.ok(told.length > 0);
      for (const one of told) assert.deepEqual(one, { username, password });
    });

    it("tells other stages, as a secret, and the provider nothing", () => {
      assert.deepEqual(result.registryLogin, { username, password });
      assert.equal(the(resources, "pulumi:providers:docker").inputs["registryAuth"], undefined);
    });

    it("shows its password nowhere", () => {
      for (const { type, name, exposed } of resources) {
        assert.ok(!JSON.stringify(exposed).includes(generated), `${type} ${name} shows it`);
      }
    });
  });
}

describe("a stage that was told who another one's registry lets in", () => {
  for (const [kind, plan] of Object.entries({ follows: letIn(promoted()), "is pinned": letIn(pinned(false)) })) {
    it(`says so to its steps and to stages after it, and shows it nowhere, where it ${kind}`, async () => {
      const { resources, result } = await run(plan);
      const login = { username: "deployer", password: planted.password };
      assert.deepEqual(inputOf(the(resources, step, "-record"))["registry"], {
        address: "127.0.0.1:5000",
        credentials: login,
      });
      assert.deepEqual(result.registryLogin, login);
      assert.equal(the(resources, "pulumi:providers:docker").inputs["registryAuth"], undefined);
      for (const { type, name, exposed } of resources) {
        assert.ok(!JSON.stringify(exposed).includes(planted.password), `${type} ${name} shows the password`);
      }
    });
  }

  it("copies a release from there with it, which shows nowhere either", async () => {
    const plan = elsewhere();
    const from = { address: "127.0.0.1:5000", credentials: { username: "slipway", password: planted.password } };
    const { resources } = await run({ ...plan, sourceRegistry: { ...from, isGenerated: true } });
    assert.equal(inputOf(the(resources, step, "-copy-step"))["from"].credentials.password, planted.password);
    assert.equal(inputOf(the(resources, step, "-record"))["also"].credentials.password, planted.password);
    for (const { type, name, exposed } of resources) {
      assert.ok(!JSON.stringify(exposed).includes(planted.password), `${type} ${name} shows the password`);
    }
  });
});

describe("a stage without a login to its registry", () => {
  it("tells none", async () => {
    const { result } = await run(promoted());
    assert.ok(!("registryLogin" in result));
  });
});
