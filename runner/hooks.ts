import { credentials } from "@grpc/grpc-js";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { CallbacksClient } from "@pulumi/pulumi/proto/callback_grpc_pb";
import { CallbackInvokeRequest, type Callback } from "@pulumi/pulumi/proto/callback_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import type { Request } from "./resource";

/**
 * The hooks of one program: functions of its own that it wants called before some of its resources are made. The program
 * serves them itself (pulumi/pulumi: proto/pulumi/callback.proto).
 */
export class Hooks {
  private readonly known = new Map<string, proto.RegisterResourceHookRequest>();
  private readonly clients = new Map<string, CallbacksClient>();

  /** @throws Error where there is one of the name */
  register(request: proto.RegisterResourceHookRequest): void {
    const name = request.getName();
    if (this.known.has(name)) throw new Error(`The program declares two hooks named ${name}.`);
    this.known.set(name, request);
  }

  /**
   * What is to be done before a resource is made; it fails where one of its hooks does.
   *
   * @param names the hooks, in their order
   * @throws Error naming a hook that the program did not declare
   */
  beforeCreate(names: readonly string[], request: Request): () => Promise<void> {
    const hooks = names.map((name) => this.hook(name));
    return async () => {
      for (const hook of hooks) await this.call(hook, request);
    };
  }

  /** Lets go of the program. */
  close(): void {
    this.clients.forEach((client) => client.close());
  }

  private hook(name: string): proto.RegisterResourceHookRequest {
    const hook = this.known.get(name);
    if (!hook) throw new Error(`The program declares no hook named ${name}.`);
    return hook;
  }

  private async call(hook: proto.RegisterResourceHookRequest, { urn, name, type, inputs }: Request): Promise<void> {
    const asked = new proto.ResourceHookRequest().setUrn(urn).setName(name).setType(type);
    asked.setNewInputs(Struct.fromJavaScript(JSON.parse(JSON.stringify(inputs)) as Record<string, JavaScriptValue>));
    const answer = await this.invoke(hook.getCallback() as Callback, asked.serializeBinary());
    const error = proto.ResourceHookResponse.deserializeBinary(answer).getError();
    if (error !== "") throw new Error(`The hook ${hook.getName()} failed: ${error}`);
  }

  private invoke(callback: Callback, bytes: Uint8Array): Promise<Uint8Array> {
    const request = new CallbackInvokeRequest().setToken(callback.getToken()).setRequest(bytes);
    return new Promise((done, fail) =>
      this.client(callback.getTarget()).invoke(request, (error, answer) =>
        error ? fail(error) : done(answer.getResponse_asU8()),
      ),
    );
  }

  private client(target: string): CallbacksClient {
    const client = this.clients.get(target) ?? new CallbacksClient(target, credentials.createInsecure());
    this.clients.set(target, client);
    return client;
  }
}
