import { settingsSchema, type Node } from "./editorSchema";

const introduction = `# Settings

Per stage, in \`Pulumi.<stage>.yaml\`, always under \`slipway:\`. \`pulumi config set --path slipway:edge.domain app.example.com -s production\`
writes one, \`--secret\` encrypts it. A wrong one is named, with what would be right, before anything is touched.

An editor that knows YAML schemas completes and checks the file by its first line:

\`\`\`yaml
# yaml-language-server: $schema=node_modules/slipway/dist/settings/stage.schema.json
\`\`\`

This page and that schema are made from the one by which settings are read (\`settings/\`):
\`UPDATE_SETTINGS_PAGE=1 npx mocha tests/setup/settings.spec.ts\`.
`;

/** docs/settings.md: every setting with what it is, what would be right, and its default. */
export function settingsPage(): string {
  const { properties = {} } = settingsSchema();
  return [introduction, ...Object.entries(properties).map(([name, node]) => chapter(name, node))].join("\n");
}

function chapter(name: string, node: Node): string {
  const all = variants(node);
  // Where it has several kinds, each of them says for itself what is right.
  const isOfKinds = all.some(({ properties = {} }) => "kind" in properties);
  const heading = `## ${name}\n\n${sentences(isOfKinds ? { ...node, "x-right": "" } : node)}\n`;
  return [heading, ...all.map((variant) => variantTable(name, variant))].join("\n");
}

/** The forms that a setting may have, each with fields of its own. */
function variants(node: Node): Node[] {
  const forms = node.oneOf ?? node.anyOf;
  if (forms) return forms.flatMap(variants);
  if (node.items) return variants(node.items);
  if (typeof node.additionalProperties === "object") return variants(node.additionalProperties);
  return node.properties ? [node] : [];
}

function variantTable(name: string, node: Node): string {
  const { kind, ...fields } = node.properties ?? {};
  const title = typeof kind?.const === "string" ? `### ${name}: \`{ kind: ${kind.const} }\`\n\n` : "";
  const rows = rowsOf(fields, node.required ?? []);
  if (rows.length === 0) return `${title}Nothing else is to be said.\n`;
  return `${title}| field | what it is | default |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** Fields of a part, such as \`disk.size\`, stand behind the part. */
function rowsOf(fields: Record<string, Node>, required: string[], before = ""): string[] {
  return Object.entries(fields).flatMap(([field, node]) => {
    const path = `${before}${field}`;
    const own = `| \`${path}\` | ${cell(sentences({ ...node, default: undefined }))} | ${cell(defaultOf(node, required.includes(field)))} |`;
    const parts = variants(node).filter(({ properties }) => properties && !("kind" in properties));
    return [own, ...parts.flatMap((part) => rowsOf(part.properties ?? {}, part.required ?? [], `${path}.`))];
  });
}

function sentences(node: Node): string {
  const { description = "", "x-right": right = rightOf(node) } = node;
  const what = right ? `${capital(right)}.` : "";
  const known = node.default === undefined ? "" : ` Default: ${code(node.default)}.`;
  return [description, what].filter(Boolean).join(" ") + known;
}

/** What would be right, where a form of it says so. */
function rightOf(node: Node): string | undefined {
  if (node.enum) return node.enum.map(String).join(", ");
  return [...(node.anyOf ?? []), ...(node.oneOf ?? [])].map((form) => form["x-right"]).find(Boolean);
}

function defaultOf(node: Node, isRequired: boolean): string {
  if (node.default !== undefined) return code(node.default);
  return isRequired ? "has to be given" : "unset";
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
