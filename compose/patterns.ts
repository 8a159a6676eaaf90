/** A table of rules by the place in a compose file that they apply to. */
export interface PatternNode<T> {
  rule?: T;
  next: Map<string, PatternNode<T>>;
}

/**
 * Builds a table from rules keyed by dotted patterns, where `*` stands for any key and any element of a list
 * (`services.*.ports.*.target`). At one place, patterns have either names or `*`.
 */
export function patterns<T>(rules: Record<string, T>): PatternNode<T> {
  const root: PatternNode<T> = { next: new Map() };
  for (const [pattern, rule] of Object.entries(rules)) {
    let node = root;
    for (const part of pattern.split(".")) {
      let next = node.next.get(part);
      if (!next) node.next.set(part, (next = { next: new Map() }));
      node = next;
    }
    node.rule = rule;
  }
  return root;
}

/** The part of the table that applies under `key`, if any rule does. */
export function step<T>(node: PatternNode<T> | undefined, key: string | number): PatternNode<T> | undefined {
  if (!node) return undefined;
  return (typeof key === "string" ? node.next.get(key) : undefined) ?? node.next.get("*");
}
