import type { Loaded } from "../load";
import { type PatternNode, patterns, step } from "../patterns";
import { type Path, type Value, formatPath, isDict } from "../tree";
import { saysSomething } from "./service";
import type { Verdict, Verdicts } from "./verdict";

/**
 * A sentence for each key of the active services that means something and makes no difference here (`told` in its
 * verdict), with its place and the reason.
 */
export function toldOf(loaded: Pick<Loaded, "config" | "where">, verdicts: Verdicts): string[] {
  const found: string[] = [];
  const walk = (value: Value, path: Path, rules: PatternNode<Verdict> | undefined): void => {
    const verdict = rules?.rule;
    if (!saysSomething(value) || rules === undefined) return;
    if (verdict?.is === "ignored") {
      const at = loaded.where(path);
      const place = at ? `${at.file}:${at.line}:${at.column}: ` : "";
      if (verdict.told) found.push(`${place}${formatPath(path)} makes no difference: ${verdict.why}.`);
      return;
    }
    if (Array.isArray(value)) value.forEach((element, index) => walk(element, [...path, index], step(rules, index)));
    if (isDict(value))
      for (const [key, element] of Object.entries(value)) walk(element, [...path, key], step(rules, key));
  };
  walk(loaded.config as unknown as Value, [], patterns(verdicts));
  return found;
}
