import type { sendUnaryData, ServerUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { status } from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";
import { Hooks } from "./hooks";
import type { Request, Values } from "./resource";
import type { Update } from "./update";

type RegisterRequest = proto.RegisterResourceRequest;

/** What answers a program beside the update itself. */
export interface Answers {
  project: string;
  stage: string;
  /** Throws where a resource breaks what holds in every stage. */
  guard(request: Request): void;
  /** The outputs of another stage, by its full name (`organization/project/stage`). */
  reference(name: string): Values;
  /** Takes what the program tells of itself in the end. */
  outputs(values: Values): void;
}

/**
 * The side of the engine that a program speaks with: Pulumi's ResourceMonitor service (pulumi/pulumi:
 * proto/pulumi/resource.proto), as far as a stage on this machine needs it. What it does not know it refuses by name.
 */
export function monitor(update: Update, answers: Answers): UntypedServiceImplementation {
  const answer = answering(update);
  const hooks = new Hooks();
  const stack = urnOf(answers, "", "pulumi:pulumi:Stack", `${answers.project}-${answers.stage}`);
  return {
    // Secrets come marked, hooks are called; without the other features the SDK does their part by itself.
    supportsFeature: answer(async (request: proto.SupportsFeatureRequest) => {
      return new proto.SupportsFeatureResponse().setHassupport(features.includes(request.getId()));
    }),
    registerResource: answer(async (request: RegisterRequest) => {
      if (request.getCustom()) update.kind({ type: request.getType() });
      const read = withHooks(requestOf(request, answers), request, hooks);
      answers.guard(read);
      const { id, outputs } = await update.register(read);
      return new proto.RegisterResourceResponse().setUrn(read.urn).setId(id).setObject(struct(outputs));
    }),
    registerResourceOutputs: answer(async (request: proto.RegisterResourceOutputsRequest) => {
      if (request.getUrn() === stack) answers.outputs(values(request.getOutputs()));
      return new Empty();
    }),
    readResource: answer(async (request: proto.ReadResourceRequest) => {
      if (request.getType() !== "pulumi:pulumi:StackReference") throw unknownTo(`reading a ${request.getType()}`);
      const name = request.getId();
      const outputs = answers.reference(name);
      const urn = urnOf(answers, request.getParent(), request.getType(), request.getName());
      const told = { name, outputs, secretOutputNames: [] };
      return new proto.ReadResourceResponse().setUrn(urn).setProperties(struct(told));
    }),
    registerResourceHook: answer(async (request: proto.RegisterResourceHookRequest) => {
      if (request.getOnDryRun()) throw unknownTo(`hooks in a preview, as ${request.getName()} is one`);
      hooks.register(request);
      return new Empty();
    }),
    invoke: answer(async (request: provider.InvokeRequest) => {
      if (request.getTok() !== "pulumi:pulumi:readStackOutputs") throw unknownTo(`the function ${request.getTok()}`);
      return told(answers, values(request.getArgs()));
    }),
    signalAndWaitForShutdown: answer(async () => {
      hooks.close();
      return new Empty();
    }),
    ...Object.fromEntries(
      [
        "streamInvoke",
        "call",
        "registerStackTransform",
        "registerStackInvokeTransform",
        "registerErrorHook",
        "registerPackage",
      ].map((name) => [name, answer(async () => Promise.reject(unknownTo(name)))]),
    ),
  };
}

/** What a stage tells of itself; that there is no such stage is for the program to judge. */
function told(answers: Answers, { name }: Values): provider.InvokeResponse {
  try {
    return new provider.InvokeResponse().setReturn(
      struct({ name, outputs: answers.reference(name), secretOutputNames: [] }),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return new provider.InvokeResponse().setFailuresList([new provider.CheckFailure().setReason(reason)]);
  }
}

const features = ["secrets", "resourceHooks"];

/** A program that is told that the engine is gone ends without a word: what failed is told by the runner. */
function answering(update: Update) {
  return <Q, A>(work: (request: Q) => Promise<A>) =>
    ({ request }: ServerUnaryCall<Q, A>, reply: sendUnaryData<A>): void => {
      work(request).then(
        (response) => reply(null, response),
        (error: Error) => {
          update.fail(error);
          reply({ code: status.UNAVAILABLE, details: error.message });
        },
      );
    };
}

function requestOf(request: RegisterRequest, id: Answers): Request {
  refuseUnknown(request);
  const properties = request.getPropertydependenciesMap();
  const propertyDependencies = Object.fromEntries(
    [...properties.keys()].map((key) => [key, properties.get(key)?.getUrnsList() ?? []]),
  );
  return {
    urn: urnOf(id, request.getParent(), request.getType(), request.getName()),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    inputs: values(request.getObject()),
    provider: request.getProvider().split("::").slice(0, -1).join("::"),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    deleteBeforeReplace: request.getDeletebeforereplacedefined() ? request.getDeletebeforereplace() : undefined,
    retainOnDelete: request.getRetainondelete() ?? false,
    protect: request.getProtect() ?? false,
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}

function withHooks(read: Request, request: RegisterRequest, hooks: Hooks): Request {
  const names = request.getHooks()?.getBeforeCreateList() ?? [];
  return names.length > 0 ? { ...read, beforeCreate: hooks.beforeCreate(names, read) } : read;
}

/** @throws Error naming an option that the runner does not know */
function refuseUnknown(request: RegisterRequest): void {
  const given: Record<string, unknown> = {
    aliases: request.getAliasesList().length + request.getAliasurnsList().length,
    customTimeouts: isFilled(request.getCustomtimeouts()?.toObject()),
    deletedWith: request.getDeletedwith(),
    import: request.getImportid(),
    packageRef: request.getPackageref(),
    remote: request.getRemote(),
    replaceWith: request.getReplaceWithList().length,
    replacementTrigger: request.getReplacementTrigger(),
    ...Object.fromEntries(
      Object.entries(request.getHooks()?.toObject() ?? {})
        .filter(([list]) => list !== "beforeCreateList")
        .map(([list, names]) => [`hooks.${list.replace(/List$/, "")}`, names.length]),
    ),
    transforms: request.getTransformsList().length,
  };
  const option = Object.keys(given).find((name) => given[name]);
  if (option) throw unknownTo(`the option ${option} of ${request.getName()}`);
}

/** A message may come with nothing in it. */
function isFilled(message: object = {}): boolean {
  return Object.values(message).some((value) => (Array.isArray(value) ? value.length > 0 : Boolean(value)));
}

function unknownTo(what: string): Error {
  return new Error(
    `The runner does not know ${what}; bring this stage up with Pulumi (https://www.pulumi.com/docs/install/).`,
  );
}

/** URNs as Pulumi forms them: the types of all parents but the stack stand before the resource's own. */
function urnOf(
  { project, stage }: Pick<Answers, "project" | "stage">,
  parent: string,
  type: string,
  name: string,
): string {
  const above = parent.split("::")[2] ?? "";
  const types = above === "" || above === "pulumi:pulumi:Stack" ? type : `${above}$${type}`;
  return `urn:pulumi:${stage}::${project}::${types}::${name}`;
}

function values(sent: Struct | undefined): Values {
  return (sent?.toJavaScript() ?? {}) as Values;
}

/** A protobuf structure cannot hold undefined: JSON leaves it out. */
function struct(sent: Values): Struct {
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(sent)) as Record<string, JavaScriptValue>);
}
