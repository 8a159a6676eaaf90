import assert from "node:assert/strict";
import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { CallbacksService } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { Callback, CallbackInvokeResponse, type CallbackInvokeRequest } from "@pulumi/pulumi/proto/callback_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Hooks } from "../../runner/hooks";
import { secret } from "../../runner/resource";
import { request } from "./requests";

describe("the hooks of a program", () => {
  let program: Server;
  let target: string;
  let hooks: Hooks;
  const called: { token: string; asked: proto.ResourceHookRequest }[] = [];

  before(async () => {
    program = new Server();
    const invoke = (
      {
        request: { getToken, getRequest_asU8 },
        request,
      }: ServerUnaryCall<CallbackInvokeRequest, CallbackInvokeResponse>,
      reply: sendUnaryData<CallbackInvokeResponse>,
    ): void => {
      const token = getToken.call(request);
      called.push({ token, asked: proto.ResourceHookRequest.deserializeBinary(getRequest_asU8.call(request)) });
      const answer = new proto.ResourceHookResponse().setError(token === "angry" ? "not now" : "");
      reply(null, new CallbackInvokeResponse().setResponse(answer.serializeBinary()));
    };
    program.addService(CallbacksService as never, { invoke } as never);
    const port = await new Promise<number>((done) =>
      program.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (_, bound) => done(bound)),
    );
    target = `127.0.0.1:${port}`;
  });
  after(() => program.forceShutdown());

  beforeEach(() => {
    called.length = 0;
    hooks = new Hooks();
    for (const token of ["first", "second", "angry"]) {
      const callback = new Callback().setTarget(target).setToken(token);
      hooks.register(new proto.RegisterResourceHookRequest().setName(`hook ${token}`).setCallback(callback));
    }
  });
  afterEach(() => hooks.close());

  it("are called one after the other, and told what is about to be made", async () => {
    const web = request("web", { image: "nginx", envs: [secret("planted")], ports: undefined });
    await hooks.beforeCreate(["hook second", "hook first"], web)();
    assert.deepEqual(
      called.map(({ token }) => token),
      ["second", "first"],
    );
    const asked = called[0]?.asked;
    assert.deepEqual([asked?.getUrn(), asked?.getName(), asked?.getType()], [web.urn, "web", web.type]);
    assert.deepEqual(asked?.getNewInputs()?.toJavaScript(), { image: "nginx", envs: [secret("planted")] });
  });

  it("fail what they are called for, and those behind are not called", async () => {
    const call = hooks.beforeCreate(["hook angry", "hook first"], request("web"));
    await assert.rejects(call, { message: "The hook hook angry failed: not now" });
    assert.equal(called.length, 1);
  });

  it("are refused where there is none of the name, or two", () => {
    assert.throws(() => hooks.beforeCreate(["other"], request("web")), /declares no hook named other\./);
    const again = new proto.RegisterResourceHookRequest().setName("hook first");
    assert.throws(() => hooks.register(again), /declares two hooks named hook first\./);
  });
});
