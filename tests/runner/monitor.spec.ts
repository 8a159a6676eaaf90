import assert from "node:assert/strict";
import type { ServiceError } from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type * as provider from "@pulumi/pulumi/proto/provider_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { monitor, type Answers } from "../../runner/monitor";
import { secret, type Request, type Values } from "../../runner/resource";
import type { Registered, Update } from "../../runner/update";

/** A monitor, with what it asked of its update and what it was told. */
function listening(made: Registered = { id: "1", outputs: {} }) {
  const asked: Request[] = [];
  const failures: string[] = [];
  const told: Values[] = [];
  const update = {
    register: async (request: Request) => {
      asked.push(request);
      return made;
    },
    kind: ({ type }: { type: string }) => {
      if (type.startsWith("cloud")) throw new Error(`There is no type ${type}.`);
    },
    fail: (error: Error) => failures.push(error.message),
  } as unknown as Update;
  const answers: Answers = {
    project: "shop",
    stage: "staging",
    guard: ({ name }) => {
      if (name === "broken") throw new Error("broken breaks a rule.");
    },
    reference: (name) => {
      if (name !== "organization/shop/other") throw new Error(`There is no stage ${name}.`);
      return { registry: "127.0.0.1:5000", token: secret("planted") };
    },
    outputs: (values) => told.push(values),
  };
  const service = monitor(update, answers) as Record<string, (call: unknown, reply: unknown) => void>;
  const ask = <A>(method: string, request: unknown): Promise<A> =>
    new Promise((done, fail) =>
      service[method]?.({ request }, (error: ServiceError | null, answer: A) => (error ? fail(error) : done(answer))),
    );
  return { asked, failures, told, ask };
}

const thing = (name = "web"): proto.RegisterResourceRequest =>
  new proto.RegisterResourceRequest().setType("test:index:Thing").setName(name).setCustom(true);
const stack = "urn:pulumi:staging::shop::pulumi:pulumi:Stack::shop-staging";
const register = "registerResource";

describe("the side of the engine that a program speaks with", () => {
  it("hands on what the program asks for, with all its options", async () => {
    const { asked, ask } = listening();
    const request = thing()
      .setParent(stack)
      .setObject(Struct.fromJavaScript({ image: "nginx", count: 2 }))
      .setProvider("urn:pulumi:staging::shop::pulumi:providers:docker::app-docker::provider")
      .setDependenciesList(["urn:a", "urn:b"])
      .setDeletebeforereplace(false)
      .setDeletebeforereplacedefined(true)
      .setRetainondelete(true)
      .setProtect(true)
      .setIgnorechangesList(["labels"])
      .setReplaceonchangesList(["#initerror"])
      .setAdditionalsecretoutputsList(["password"]);
    request
      .getPropertydependenciesMap()
      .set("image", new proto.RegisterResourceRequest.PropertyDependencies().setUrnsList(["urn:a"]));
    await ask(register, request);
    assert.deepEqual(asked, [
      {
        urn: "urn:pulumi:staging::shop::test:index:Thing::web",
        type: "test:index:Thing",
        name: "web",
        custom: true,
        inputs: { image: "nginx", count: 2 },
        provider: "urn:pulumi:staging::shop::pulumi:providers:docker::app-docker",
        dependencies: ["urn:a", "urn:b"],
        propertyDependencies: { image: ["urn:a"] },
        deleteBeforeReplace: false,
        retainOnDelete: true,
        protect: true,
        ignoreChanges: ["labels"],
        replaceOnChanges: ["#initerror"],
        additionalSecretOutputs: ["password"],
      },
    ]);
  });

  it("refuses what breaks a rule that holds in every stage, before it is asked for", async () => {
    const { asked, failures, ask } = listening();
    await assert.rejects(ask(register, thing("broken")), { details: "broken breaks a rule." });
    assert.deepEqual(failures, ["broken breaks a rule."]);
    assert.deepEqual(asked, []);
  });

  it("leaves open what the program does not say", async () => {
    const { asked, ask } = listening();
    await ask(register, thing());
    assert.equal(asked[0]?.deleteBeforeReplace, undefined);
    assert.equal(asked[0]?.provider, "");
    assert.deepEqual(asked[0]?.inputs, {});
  });

  it("names what stands in components after the types of all that is around it", async () => {
    const { ask } = listening();
    const within = async (parent: string, type: string, name: string): Promise<string> => {
      const request = thing(name).setType(type).setParent(parent);
      return (await ask<proto.RegisterResourceResponse>(register, request)).getUrn();
    };
    const root = await within("", "pulumi:pulumi:Stack", "shop-staging");
    assert.equal(root, stack);
    const stage = await within(root, "slipway:stage:Stage", "app");
    assert.equal(stage, "urn:pulumi:staging::shop::slipway:stage:Stage::app");
    const edge = await within(stage, "slipway:edge:Edge", "edge");
    assert.equal(edge, "urn:pulumi:staging::shop::slipway:stage:Stage$slipway:edge:Edge::edge");
    assert.equal(
      await within(edge, "docker:index/network:Network", "a::b"),
      "urn:pulumi:staging::shop::slipway:stage:Stage$slipway:edge:Edge$docker:index/network:Network::a::b",
    );
  });

  it("keeps secrets marked on their way in and out", async () => {
    const { asked, ask } = listening({ id: "1", outputs: { password: secret("planted"), gone: undefined } });
    const request = thing().setObject(Struct.fromJavaScript({ envs: [secret("planted")] }));
    const answer = await ask<proto.RegisterResourceResponse>(register, request);
    assert.deepEqual(asked[0]?.inputs, { envs: [secret("planted")] });
    assert.deepEqual(answer.getObject()?.toJavaScript(), { password: secret("planted") });
    assert.equal(answer.getId(), "1");
  });

  const urns = ["urn:pulumi:staging::shop::test:index:Thing::other"];
  const options: Record<string, (request: proto.RegisterResourceRequest) => unknown> = {
    aliases: (request) => request.setAliasurnsList(urns),
    customTimeouts: (request) =>
      request.setCustomtimeouts(new proto.RegisterResourceRequest.CustomTimeouts().setCreate("5m")),
    deletedWith: (request) => request.setDeletedwith(urns[0] ?? ""),
    import: (request) => request.setImportid("abc"),
    packageRef: (request) => request.setPackageref("abc"),
    remote: (request) => request.setRemote(true),
    replaceWith: (request) => request.setReplaceWithList(urns),
  };
  for (const [option, give] of Object.entries(options)) {
    it(`refuses the option ${option} by name`, async () => {
      const { asked, failures, ask } = listening();
      const request = thing();
      give(request);
      const expected = `The runner does not know the option ${option} of web; bring this stage up with Pulumi (https://www.pulumi.com/docs/install/).`;
      await assert.rejects(ask(register, request), { details: expected });
      assert.deepEqual([asked, failures], [[], [expected]]);
    });
  }

  it("refuses a type before its options", async () => {
    const { asked, failures, ask } = listening();
    const request = thing().setType("cloud:index:Thing").setAliasurnsList(urns);
    await assert.rejects(ask(register, request), { details: "There is no type cloud:index:Thing." });
    assert.deepEqual([asked.length, failures.length], [0, 1]);
  });

  it("takes options that come with nothing in them", async () => {
    const { asked, failures, ask } = listening();
    const request = thing()
      .setCustomtimeouts(new proto.RegisterResourceRequest.CustomTimeouts())
      .setHooks(new proto.RegisterResourceRequest.ResourceHooksBinding());
    await ask(register, request);
    assert.deepEqual([asked.length, failures], [1, []]);
  });

  for (const method of ["call", "registerPackage", "registerErrorHook", "registerStackTransform"]) {
    it(`refuses ${method} by name`, async () => {
      const { failures, ask } = listening();
      await assert.rejects(ask(method, new proto.ResourceInvokeRequest()), { code: 14 });
      assert.match(failures.join(), new RegExp(`^The runner does not know ${method};`));
    });
  }

  it("refuses a provider's function by the function's name", async () => {
    const { failures, ask } = listening();
    const request = new proto.ResourceInvokeRequest().setTok("gcp:secretmanager/getSecret:getSecret");
    await assert.rejects(ask("invoke", request), { code: 14 });
    assert.match(failures.join(), /^The runner does not know the function gcp:secretmanager\/getSecret:getSecret;/);
  });

  it("reads another stage's outputs, and nothing else", async () => {
    const { failures, ask } = listening();
    const read = (type: string, id: string) =>
      ask<proto.ReadResourceResponse>(
        "readResource",
        new proto.ReadResourceRequest().setType(type).setId(id).setName("other").setParent(stack),
      );
    const found = await read("pulumi:pulumi:StackReference", "organization/shop/other");
    assert.equal(found.getUrn(), "urn:pulumi:staging::shop::pulumi:pulumi:StackReference::other");
    assert.deepEqual(found.getProperties()?.toJavaScript(), {
      name: "organization/shop/other",
      outputs: { registry: "127.0.0.1:5000", token: secret("planted") },
      secretOutputNames: [],
    });
    await assert.rejects(read("pulumi:pulumi:StackReference", "organization/shop/none"), {
      details: /There is no stage/,
    });
    await assert.rejects(read("docker:index/container:Container", "abc"), {
      details: /does not know reading a docker:index/,
    });
    assert.equal(failures.length, 2);
  });

  it("gives a stage's outputs to a program that asks for them, and says that there is no such stage without ending it", async () => {
    const { failures, ask } = listening();
    const read = async (name: string) => {
      const asked = new proto.ResourceInvokeRequest().setTok("pulumi:pulumi:readStackOutputs");
      const answer = await ask<provider.InvokeResponse>("invoke", asked.setArgs(Struct.fromJavaScript({ name })));
      return { told: answer.getReturn()?.toJavaScript(), said: answer.getFailuresList().map((one) => one.getReason()) };
    };
    assert.deepEqual(await read("organization/shop/other"), {
      told: {
        name: "organization/shop/other",
        outputs: { registry: "127.0.0.1:5000", token: secret("planted") },
        secretOutputNames: [],
      },
      said: [],
    });
    const { told, said } = await read("organization/shop/none");
    assert.equal(told, undefined);
    assert.match(said.join(), /There is no stage/);
    assert.deepEqual(failures, []);
  });

  it("takes what the program tells of the stage, and nothing that a component tells", async () => {
    const { told, ask } = listening();
    const tell = (urn: string, values: Record<string, string>) =>
      ask(
        "registerResourceOutputs",
        new proto.RegisterResourceOutputsRequest().setUrn(urn).setOutputs(Struct.fromJavaScript(values)),
      );
    await tell("urn:pulumi:staging::shop::slipway:stage:Stage::app", { url: "no" });
    await tell(stack, { url: "http://localhost" });
    assert.deepEqual(told, [{ url: "http://localhost" }]);
  });

  const kinds: Record<string, (hooks: proto.RegisterResourceRequest.ResourceHooksBinding) => unknown> = {
    afterCreate: (hooks) => hooks.addAfterCreate("greet"),
    beforeUpdate: (hooks) => hooks.addBeforeUpdate("greet"),
    beforeDelete: (hooks) => hooks.addBeforeDelete("greet"),
    onError: (hooks) => hooks.addOnError("greet"),
  };
  for (const [kind, bind] of Object.entries(kinds)) {
    it(`refuses the hook ${kind} by name`, async () => {
      const { ask } = listening();
      const hooks = new proto.RegisterResourceRequest.ResourceHooksBinding();
      bind(hooks);
      await assert.rejects(ask(register, thing().setHooks(hooks)), {
        details: new RegExp(`^The runner does not know the option hooks.${kind} of web;`),
      });
    });
  }

  it("refuses a hook that is to run in a preview", async () => {
    const { ask } = listening();
    const hook = new proto.RegisterResourceHookRequest().setName("greet").setOnDryRun(true);
    await assert.rejects(ask("registerResourceHook", hook), { details: /hooks in a preview, as greet is one;/ });
  });

  it("supports secrets and hooks, and none of the features that it would have to do its part for", async () => {
    const { ask } = listening();
    const supports = async (id: string): Promise<boolean> =>
      (
        await ask<proto.SupportsFeatureResponse>("supportsFeature", new proto.SupportsFeatureRequest().setId(id))
      ).getHassupport();
    assert.equal(await supports("secrets"), true);
    assert.equal(await supports("resourceHooks"), true);
    for (const feature of ["outputValues", "aliasSpecs", "transforms", "errorHooks", "deletedWith"]) {
      assert.equal(await supports(feature), false, feature);
    }
  });
});
