import { LineCounter, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Problems } from "./problems";
import { plainScalar } from "./scalars";
import { type Dict, type Path, type Position, type Value, copyOrigin, isDict, setOrigin } from "./tree";

/** One YAML document of a compose file. */
export interface ComposeDocument {
  value: Value;
  /**
   * Places marked `!reset` or `!override`: their content from earlier files is dropped before this document is merged.
   */
  resets: Path[];
}

/** More nodes than any real application has: aliases of aliases can make a small file explode. */
const maxNodes = 200_000;

/** Ends the reading of a file that is too large, once the problem is noted. */
class TooLarge extends Error {}

/**
 * Reads a compose file's text into plain values with origins: anchors, aliases and merge keys are resolved, `!reset`
 * and `!override` noted. Errors of YAML are added to `problems`, and then no document is returned.
 */
export function readYaml(file: string, text: string, problems: Problems): ComposeDocument[] {
  const lines = new LineCounter();
  // "failsafe" leaves scalars as text, because this loader reads plain ones itself (scalars.ts). It also looks for keys
  // that are set twice: the library would compare each with each.
  const parsed = parseAllDocuments<Node>(text, {
    schema: "failsafe",
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const documents = Array.isArray(parsed) ? parsed : [];
  const position = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const errors = documents.flatMap((document) => document.errors);
  for (const error of errors)
    problems.add(position(error.pos[0]), [], `not valid YAML: ${error.message.replace(/\s+/g, " ").trim()}`);
  if (errors.length > 0) return [];
  try {
    return documents.map((document) => new Reader(position, problems).document(document.contents));
  } catch (error) {
    if (error instanceof TooLarge) return [];
    throw error;
  }
}

/** Stands for a value that `!reset` removes. */
const dropped = Symbol("dropped");
type Read = Value | typeof dropped;

class Reader {
  private readonly anchors = new Map<string, Node>();
  private readonly open = new Set<Node>();
  private readonly resets: Path[] = [];
  private nodes = 0;

  constructor(
    private readonly position: (offset: number) => Position,
    private readonly problems: Problems,
  ) {}

  document(contents: Node | null): ComposeDocument {
    const value = contents ? this.read(contents, []) : null;
    return { value: value === dropped ? null : value, resets: this.resets };
  }

  private read(node: Node | null, path: Path): Read {
    if (!node) return null;
    if (isAlias(node)) return this.readAlias(node.source, node, path);
    if ("anchor" in node && node.anchor) this.anchors.set(node.anchor, node);
    if (node.tag === "!reset") {
      this.resets.push(path);
      return dropped;
    }
    if (node.tag === "!override") this.resets.push(path);
    if (++this.nodes > maxNodes) this.tooMany(node, path);
    this.open.add(node);
    const value = isMap(node)
      ? this.readMap(node as YAMLMap<Node, Node | null>, path)
      : isSeq(node)
        ? this.readList(node as YAMLSeq<Node>, path)
        : readScalar(node as Scalar);
    this.open.delete(node);
    return value;
  }

  private readAlias(name: string, alias: Node, path: Path): Read {
    const target = this.anchors.get(name);
    if (target && !this.open.has(target)) return this.read(target, path);
    const reason = target ? `the alias *${name} is inside what it stands for` : `there is no anchor &${name} above`;
    this.problems.add(this.at(alias), path, reason);
    return dropped;
  }

  private readMap(map: YAMLMap<Node, Node | null>, path: Path): Dict {
    const dict: Dict = {};
    const merges: Node[] = [];
    const seen = new Set<string>();
    for (const pair of map.items) {
      const isMerge = isMergeKey(pair.key);
      const key = isMerge ? "<<" : this.readKey(pair, path);
      if (key === undefined || this.isTwice(key, seen, pair, path)) continue;
      if (isMerge) {
        if (pair.value) merges.push(pair.value);
        continue;
      }
      const value = this.read(pair.value, [...path, key]);
      if (value === dropped) continue;
      dict[key] = value;
      setOrigin(dict, key, { at: this.at(pair.key) });
    }
    for (const merge of merges) this.mergeInto(dict, merge, path);
    return dict;
  }

  private isTwice(key: string, seen: Set<string>, { key: node }: Pair<Node, Node | null>, path: Path): boolean {
    if (!seen.has(key)) {
      seen.add(key);
      return false;
    }
    this.problems.add(this.at(node), [...path, key], "this key is already set above: keep one of the two");
    return true;
  }

  /** YAML merge keys: keys beside them win, and of several merged mappings the first. */
  private mergeInto(dict: Dict, merge: Node, path: Path): void {
    const value = this.read(merge, path);
    const sources = Array.isArray(value) ? value : [value];
    for (const source of sources) {
      if (!isDict(source)) {
        this.problems.add(this.at(merge), path, "<< takes a mapping or a list of mappings");
        return;
      }
      for (const [key, element] of Object.entries(source)) {
        if (Object.hasOwn(dict, key)) continue;
        dict[key] = element;
        copyOrigin(source, key, dict);
      }
    }
  }

  private readKey(pair: Pair<Node, Node | null>, path: Path): string | undefined {
    const key = isScalar(pair.key) || isAlias(pair.key) ? this.read(pair.key, path) : dropped;
    if (typeof key === "string" && key !== "__proto__") return key;
    const written = isScalar(pair.key) ? ` "${String(pair.key.source)}"` : "";
    const reason = key === "__proto__" ? "cannot be used" : "is not text: put it in quotes";
    this.problems.add(this.at(pair.key), path, `the key${written} ${reason}`);
    return undefined;
  }

  private readList(list: YAMLSeq<Node>, path: Path): Value[] {
    const values: Value[] = [];
    list.items.forEach((item, index) => {
      const value = this.read(item, [...path, index]);
      if (value === dropped) return;
      values.push(value);
      setOrigin(values, values.length - 1, { at: this.at(item) });
    });
    return values;
  }

  private tooMany(node: Node, path: Path): never {
    this.problems.add(this.at(node), path, "the aliases of this file make it too large");
    throw new TooLarge();
  }

  private at(node: Node | null | undefined): Position {
    return this.position(node?.range?.[0] ?? 0);
  }
}

const mergeTag = "tag:yaml.org,2002:merge";

function isMergeKey(key: Node): boolean {
  // Tagged !!merge it is no text to the YAML library, in quotes or without.
  return isScalar(key) && (key.tag === mergeTag || (key.type === "PLAIN" && key.value === "<<"));
}

function readScalar(scalar: Scalar): Value {
  const text = String(scalar.value ?? "");
  const tag = scalar.tag;
  if (scalar.type !== "PLAIN") return tag && /:(int|float|bool|null)$/.test(tag) ? plainScalar(text) : text;
  return tag === "!" || tag === "tag:yaml.org,2002:str" ? text : plainScalar(text);
}
