import { z } from "zod";
import { namespace, schema } from "../../settings/schema";

/** A part of a JSON schema, as far as it is read here. */
export interface Node {
  type?: string | string[];
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  additionalProperties?: Node | boolean;
  anyOf?: Node[];
  oneOf?: Node[];
  /** What would be right, in the words that a wrong one is refused with. */
  "x-right"?: string;
}

/** The settings of a stage as a JSON schema of what a person writes, with what each is, its default, and what would be right. */
export function settingsSchema(): Node {
  return z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      const { type, defaultValue, error } = zodSchema._zod.def as {
        type: string;
        defaultValue?: unknown;
        error?: (issue: unknown) => unknown;
      };
      const node = jsonSchema as Node;
      if (type === "default") node.default = defaultValue;
      const right = error?.({ code: "invalid_type", input: undefined, path: [] });
      if (typeof right === "string") node["x-right"] = right;
    },
  }) as Node;
}

/** A value that `pulumi config set --secret` has encrypted. */
const secure = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/** A schema by which an editor knows a stage's settings file, `Pulumi.<stage>.yaml`. */
export function editorSchema(): object {
  const { properties = {} } = settingsSchema();
  const settings = Object.entries(properties).map(([name, node]) => [`${namespace}:${name}`, forEditors(node)]);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The settings of a stage of Slipway",
    type: "object",
    properties: { config: { type: "object", properties: Object.fromEntries(settings) as object } },
  };
}

/** Any text may be a secret. What would be right is shown with what it is. */
function forEditors({ "x-right": right, ...node }: Node): object {
  const { properties, items, additionalProperties: more, anyOf, oneOf, description, ...rest } = node;
  const told = [description, right && `Right is ${right}.`].filter(Boolean).join(" ");
  const inner = {
    ...rest,
    ...(properties ? { properties: mapped(properties) } : {}),
    ...(items ? { items: forEditors(items) } : {}),
    ...(more === undefined ? {} : { additionalProperties: typeof more === "object" ? forEditors(more) : more }),
    ...(anyOf ? { anyOf: anyOf.map(forEditors) } : {}),
    ...(oneOf ? { oneOf: oneOf.map(forEditors) } : {}),
  };
  const isText = [node.type].flat().includes("string") && node.const === undefined && node.enum === undefined;
  return { ...(told ? { description: told } : {}), ...(isText ? { anyOf: [inner, secure] } : inner) };
}

function mapped(properties: Record<string, Node>): Record<string, object> {
  return Object.fromEntries(Object.entries(properties).map(([name, node]) => [name, forEditors(node)]));
}
