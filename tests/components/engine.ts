import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** A resource as a program asked the engine for it, with every option of the request. */
export interface Declared {
  urn: string;
  type: string;
  name: string;
  /** What it was given, secrets laid open. */
  inputs: Inputs;
  /** The same with {@link hidden} in the place of each secret: what would stand in the state in clear text. */
  exposed: Inputs;
  /** URN; empty where it has none. */
  parent: string;
  /** URNs. */
  dependsOn: string[];
  /** URN and id of the provider; empty where it is the default one. */
  provider: string;
  retainOnDelete: boolean;
  protect: boolean;
  deleteBeforeReplace: boolean;
  /** Whether the program says so; else the provider decides. */
  deleteBeforeReplaceDefined: boolean;
  replaceOnChanges: string[];
  /** What replaces the resource when it becomes another one. */
  replacementTrigger: unknown;
  ignoreChanges: string[];
  /** The id of what it takes over; empty where it is made. */
  imports: string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test names the inputs that it expects
export type Inputs = Record<string, any>;

/** What stands in the place of a secret. */
export const hidden = "[secret]";

/**
 * Runs a program against an engine that answers as if Docker and the steps had done their work, and tells all that the
 * program declared.
 *
 * @param id which stack of which project the program runs as
 * @param call answers what the program asks of providers' functions
 * @param known what is known of resources once they are there, by their type
 */
export async function declare<T>(
  id: { project: string; stage: string; preview?: boolean },
  program: () => T,
  call: pulumi.runtime.Mocks["call"] = () => ({}),
  known: Record<string, (name: string, inputs: Inputs) => Inputs> = {},
): Promise<{ resources: Declared[]; result: pulumi.Unwrap<T> }> {
  const newResource = (resource: pulumi.runtime.MockResourceArgs): ReturnType<typeof answer> => {
    const { id, state } = answer(resource);
    return { id, state: { ...state, ...known[resource.type]?.(resource.name, state) } };
  };
  await pulumi.runtime.setMocks({ newResource, call }, id.project, id.stage, id.preview);
  const resources = record();
  const result = await resolved(program());
  await pulumi.runtime.disconnect();
  return { resources, result };
}

/** The one resource of a type and a name that ends so. */
export function the(resources: Declared[], type: string, name = ""): Declared {
  const found = of(resources, type).filter((resource) => resource.name.endsWith(name));
  if (found.length !== 1 || !found[0]) {
    throw new Error(
      `${found.length} resources of ${type} end with "${name}": ${resources.map(({ name }) => name).join(", ")}`,
    );
  }
  return found[0];
}

/** All resources of a type. */
export function of(resources: Declared[], type: string): Declared[] {
  return resources.filter((resource) => resource.type === type);
}

/** The container that has a part of its own in a stage: `edge` or `registry`. */
export function roleOf(resources: Declared[], role: string): Declared {
  const found = of(resources, container).find((resource) => labelsOf(resource).get("slipway.role") === role);
  if (!found) {
    throw new Error(`No container has the role ${role}.`);
  }
  return found;
}

/** The labels of a container, a volume or a network. */
export function labelsOf({ inputs }: Declared): Map<string, string> {
  const labels = (inputs["labels"] ?? []) as { label: string; value: string }[];
  return new Map(labels.map(({ label, value }) => [label, value]));
}

export const container = "docker:index/container:Container";
export const volume = "docker:index/volume:Volume";
export const network = "docker:index/network:Network";
export const remoteImage = "docker:index/remoteImage:RemoteImage";
export const step = "command:local:Command";
export const randomPassword = "random:index/randomPassword:RandomPassword";

/** What stands for a value that a preview does not know (sdk/nodejs/runtime/rpc.ts: unknownValue). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What every value begins with that the engine makes up. */
export const generated = "generated-Zk4-";

/** A digest that is made up, always the same one for the same seed. */
export function digestOf(seed: string): string {
  return `sha256:${createHash("sha256").update(seed).digest("hex")}`;
}

/** The steps' input, as JSON. */
export function inputOf(step: Declared): Inputs {
  return JSON.parse(step.inputs["stdin"] as string) as Inputs;
}

function answer({ type, name, inputs }: pulumi.runtime.MockResourceArgs): { id: string; state: Inputs } {
  const given = unwrap(inputs, (value) => value) as Inputs;
  const state: Inputs = { ...given, name: given["name"] ?? `${name}-1a2b3c4` };
  switch (type) {
    case volume:
      return { id: state["name"] as string, state: { ...state, mountpoint: `/docker/volumes/${state["name"]}/_data` } };
    case "random:index/randomId:RandomId":
      return {
        id: name,
        state: { ...given, hex: createHash("sha256").update(JSON.stringify(given)).digest("hex").slice(0, 8) },
      };
    case randomPassword:
      return pulumi.runtime.isDryRun()
        ? { id: name, state: given }
        : { id: "none", state: { ...given, result: `${generated}${name}` } };
    case step:
      // A mock is given nothing where a preview does not know.
      if (typeof given["stdin"] !== "string") return { id: name, state: given };
      return { id: name, state: { ...given, stdout: JSON.stringify(stepResult(given)) } };
    case remoteImage:
      // An id has no tag by which a test would know it.
      return { id: name, state: { ...given, imageId: given["name"] as string } };
    default:
      return { id: `${name}-id`, state };
  }
}

function stepResult({ create, stdin }: Inputs): unknown {
  const input = JSON.parse(stdin as string) as Inputs;
  switch ((create as string).split(" ").at(-1)) {
    case "mint":
      return {
        name: `v${input["commit"]}-20261121-120000${input["dirty"] ? "-dirty" : ""}`,
        createdAt: "2026-11-21T12:00:00.000Z",
      };
    case "record": {
      const { name, commit, createdAt, images } = input["release"] as Inputs;
      const record = (input["record"] as string | undefined) ?? digestOf(name as string);
      return { name, commit, createdAt, images, record, verified: verifiedOf(input), documents: {} };
    }
    case "key":
      return { privateKey: `${generated}key`, publicKey: "public" };
    case "entrypoint":
      return ["/entry", "--now"];
    case "backup":
      return { id: input["id"] };
    case "cutover":
      return { release: input["release"] };
    default:
      return { digest: digestOf(`${input["repository"]}:${input["tag"]}`) };
  }
}

function verifiedOf({ containers, carriers }: Inputs): string[] {
  return [...(containers as { container: string }[]).map(({ container }) => container), ...(carriers as string[])];
}

type Struct = { toJavaScript(): Inputs };

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getObject(): Struct;
  getDependenciesList(): string[];
  getProvider(): string;
  getRetainondelete(): boolean | undefined;
  getProtect(): boolean | undefined;
  getDeletebeforereplace(): boolean;
  getDeletebeforereplacedefined(): boolean;
  getReplaceonchangesList(): string[];
  getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
  getIgnorechangesList(): string[];
  getImportid(): string;
}

type Callback = (error: Error | null, response: { getUrn(): string }) => void;

/** Listens in on what reaches the engine: unlike a mock, that shows every option, and what is marked as secret. */
function record(): Declared[] {
  const resources: Declared[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource(request: Request, callback: Callback): void;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (!error) {
        resources.push(declared(request, response.getUrn()));
      }
      callback(error, response);
    });
  return resources;
}

function declared(request: Request, urn: string): Declared {
  const object = request.getObject().toJavaScript();
  return {
    urn,
    type: request.getType(),
    name: request.getName(),
    inputs: unwrap(object, (value) => value) as Inputs,
    exposed: unwrap(object, () => hidden) as Inputs,
    parent: request.getParent(),
    dependsOn: request.getDependenciesList(),
    provider: request.getProvider(),
    retainOnDelete: request.getRetainondelete() ?? false,
    protect: request.getProtect() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    deleteBeforeReplaceDefined: request.getDeletebeforereplacedefined(),
    replaceOnChanges: request.getReplaceonchangesList(),
    replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
    ignoreChanges: request.getIgnorechangesList(),
    imports: request.getImportid(),
  };
}

/** How the SDK marks a secret on the wire (sdk/nodejs/runtime/rpc.ts: specialSigKey, specialSecretSig). */
const [signature, secretSignature] = ["4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"];

function unwrap(value: unknown, secret: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => unwrap(item, secret));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const object = value as Inputs;
  return object[signature] === secretSignature
    ? secret(unwrap(object["value"], secret))
    : Object.fromEntries(Object.entries(object).map(([key, item]) => [key, unwrap(item, secret)]));
}

/** A part that a preview does not know comes as undefined; `apply` would wait for all of it in vain. */
async function resolved<T>(value: T): Promise<pulumi.Unwrap<T>> {
  const known = (part: unknown) => (pulumi.output(part) as unknown as { promise(): Promise<unknown> }).promise();
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return (await known(value)) as pulumi.Unwrap<T>;
  }
  const parts = Object.entries(value).map(async ([key, part]) => [key, await known(part)] as const);
  return Object.fromEntries(await Promise.all(parts)) as pulumi.Unwrap<T>;
}
