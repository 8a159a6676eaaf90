import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The fields of a type, as its declaration has them. */
type Shape = Map<string, { required: boolean; type: string }>;

/** What the engine puts in the place of a value that a preview does not know (sdk/nodejs/runtime/rpc.ts: unknownValue). */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The types that a real package gives to a resource's inputs, read from its declarations. */
export class Types {
  private readonly folder: string;
  private inputs: string | undefined;
  private readonly shapes = new Map<string, Shape>();

  /** @param name of the package, such as `@pulumi/gcp` */
  constructor(name: string) {
    this.folder = dirname(require.resolve(`${name}/package.json`));
  }

  get version(): string {
    return (JSON.parse(readFileSync(join(this.folder, "package.json"), "utf8")) as { version: string }).version;
  }

  /**
   * What is wrong with a resource's inputs: fields that are missing, and fields that it has not.
   *
   * @param token such as `gcp:compute/instance:Instance` or `azure-native:compute:VirtualMachine`
   * @returns a sentence each
   */
  problems(token: string, inputs: Record<string, unknown>): string[] {
    return wrong(token, this.resource(token), inputs, (type) => this.nested(type));
  }

  private resource(token: string): Shape {
    const [, module = "", name = ""] = token.split(":");
    const [folder = "", file = name.charAt(0).toLowerCase() + name.slice(1)] = module.split("/");
    // Some packages have all of theirs in one place.
    const path = join(this.folder, folder === "index" ? "" : folder, `${file}.d.ts`);
    if (!existsSync(path)) throw new Error(`The simulated cloud finds no declaration of ${token} at ${path}.`);
    return this.shape(`${token} itself`, () => bodyOf(readFileSync(path, "utf8"), `${name}Args`, ""));
  }

  /** @param type such as `compute.InstanceBootDisk`, or `DnsRecordData` of a package without modules */
  private nested(type: string): Shape {
    return this.shape(type, () => {
      this.inputs ??= readFileSync(join(this.folder, "types", "input.d.ts"), "utf8");
      const [module = "", name] = type.split(".");
      if (name === undefined) return bodyOf(this.inputs, type, "");
      const start = this.inputs.indexOf(`export declare namespace ${module} {`);
      const end = this.inputs.indexOf("\nexport declare namespace ", start + 1);
      return bodyOf(this.inputs.slice(start, end < 0 ? undefined : end), name, "    ");
    });
  }

  private shape(name: string, read: () => Shape): Shape {
    const shape = this.shapes.get(name) ?? read();
    this.shapes.set(name, shape);
    return shape;
  }
}

/** The fields of an interface. Only lines at its own depth are its own. */
function bodyOf(text: string, name: string, indent: string): Shape {
  const start = new RegExp(`^${indent}(export )?interface ${name} \\{$`, "m").exec(text);
  if (!start) throw new Error(`The simulated cloud finds no type ${name}.`);
  const body = text.slice(start.index, text.indexOf(`\n${indent}}`, start.index));
  const field = new RegExp(`^${indent}    (?:readonly )?"?([\\w$-]+)"?(\\?)?: (.*)$`, "gm");
  return new Map(
    [...body.matchAll(field)].map(([, key = "", optional, type = ""]) => [
      key,
      { required: optional === undefined, type },
    ]),
  );
}

function wrong(path: string, shape: Shape, value: Record<string, unknown>, nested: (type: string) => Shape): string[] {
  const missing = [...shape].flatMap(([key, { required }]) =>
    required && value[key] === undefined ? [`${path} must have ${key}.`] : [],
  );
  const given = Object.entries(value).flatMap(([key, each]) => {
    const field = shape.get(key);
    if (!field) return [`${path} has no field ${key}; it has ${[...shape.keys()].join(", ")}.`];
    const type = /inputs\.([\w.]+)/.exec(field.type)?.[1];
    // A map of objects has keys of its own.
    if (type === undefined || field.type.includes("[key: string]")) return [];
    return objectsIn(each).flatMap((object) => wrong(`${path}.${key}`, nested(type), object, nested));
  });
  return [...missing, ...given];
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return typeof value === "object" && value !== null ? [value as Record<string, unknown>] : [];
}
