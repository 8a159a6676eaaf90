import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { azure } from "./azure";
import { cloudflare } from "./cloudflare";
import { google } from "./google";
import { Simulation } from "./simulation";
import type { Values } from "./store";

const clouds = { gcp: google, "azure-native": azure, cloudflare };

/** The variable that names the folder in which a simulated cloud keeps what it has. */
const folder = "SLIPWAY_SIMULATED_CLOUD";

/**
 * Runs a simulated provider until the engine ends it.
 *
 * @param name of the provider that it stands in for
 */
export function simulate(name: keyof typeof clouds): void {
  const at = process.env[folder];
  if (!at) throw new Error(`${folder} is not set: this is a simulation of ${name} for tests, and no provider.`);
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService as never, service(new Simulation(clouds[name], at)));
  server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    // What the engine waits for.
    process.stdout.write(`${port}\n`);
  });
}

function service(cloud: Simulation) {
  return {
    getPluginInfo: answering(async () => new PluginInfo().setVersion(cloud.version)),
    checkConfig: answering(async (request: proto.CheckRequest) =>
      new proto.CheckResponse().setInputs(request.getNews()),
    ),
    diffConfig: answering(async () => new proto.DiffResponse().setChanges(proto.DiffResponse.DiffChanges.DIFF_NONE)),
    configure: answering(async () => new proto.ConfigureResponse().setSupportspreview(true)),
    invoke: answering(async (request: proto.InvokeRequest) => {
      const answer = await cloud.call(request.getTok(), values(request.getArgs()));
      return new proto.InvokeResponse().setReturn(struct(answer));
    }),
    check: answering(async (request: proto.CheckRequest) => {
      const inputs = values(request.getNews());
      cloud.check(typeOf(request.getUrn()), inputs);
      return new proto.CheckResponse().setInputs(struct(inputs));
    }),
    diff: answering(async (request: proto.DiffRequest) => {
      const before = request.getOldInputs() ?? request.getOlds();
      const { changed, fixed } = cloud.diff(typeOf(request.getUrn()), values(before), values(request.getNews()));
      const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
      return new proto.DiffResponse()
        .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(fixed);
    }),
    create: answering(async (request: proto.CreateRequest) => {
      const inputs = values(request.getProperties());
      const { id, outputs } = await cloud.create(typeOf(request.getUrn()), inputs, request.getPreview());
      return new proto.CreateResponse().setId(id).setProperties(struct(outputs));
    }),
    read: answering(async (request: proto.ReadRequest) => {
      const found = await cloud.find(request.getId());
      if (!found) return new proto.ReadResponse();
      return new proto.ReadResponse()
        .setId(found.id)
        .setProperties(struct(found.outputs))
        .setInputs(struct(found.inputs));
    }),
    update: answering(async (request: proto.UpdateRequest) => {
      const inputs = values(request.getNews());
      const outputs = await cloud.update(typeOf(request.getUrn()), request.getId(), inputs, request.getPreview());
      return new proto.UpdateResponse().setProperties(struct(outputs));
    }),
    delete: answering(async (request: proto.DeleteRequest) => {
      await cloud.delete(typeOf(request.getUrn()), request.getId());
      return new Empty();
    }),
    cancel: answering(async () => new Empty()),
  };
}

/** The things of one cloud are asked for one after the other: what they are kept in knows no locks. */
let last: Promise<unknown> = Promise.resolve();

function answering<Request, Answer>(answer: (request: Request) => Promise<Answer>) {
  return (call: ServerUnaryCall<Request, Answer>, callback: sendUnaryData<Answer>): void => {
    const answered = last.then(() => answer(call.request));
    last = answered.catch(() => undefined);
    answered.then(
      (result) => callback(null, result),
      (error: Error) => callback({ code: status.UNKNOWN, details: error.message }),
    );
  };
}

function typeOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").at(-1) ?? "";
}

function values(struct: Struct | undefined): Values {
  return (struct?.toJavaScript() ?? {}) as Values;
}

function struct(given: Values): Struct {
  // What is undefined has no place in it.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(given)) as Record<string, JavaScriptValue>);
}
