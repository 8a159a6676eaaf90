import { buildVerdicts } from "./support/build";
import { deployVerdicts } from "./support/deploy";
import { resourceVerdicts } from "./support/resources";
import { saysSomething, serviceVerdicts } from "./support/service";
import { toldOf } from "./support/told";
import type { Verdict, Verdicts } from "./support/verdict";
import type { Loaded } from "./load";
import type { ComposeConfig, Port } from "./model";
import { type PatternNode, patterns, step } from "./patterns";
import { type Problem, inOrder, problemAt } from "./problems";
import { type Path, type Value, formatPath, isDict } from "./tree";

/**
 * Slipway's verdict on every key of the Compose Specification, by pattern (patterns.ts): supported, ignored, or
 * unsupported, which is refused. The verdict on an ignored or unsupported key covers all keys below it.
 */
export const verdicts: Verdicts = { ...resourceVerdicts, ...serviceVerdicts, ...buildVerdicts, ...deployVerdicts };

const table = patterns<Verdict>(verdicts);

/** A sentence for each key of the active services that a person may count on and that makes no difference in a stage. */
export function supportNotices(loaded: Pick<Loaded, "config" | "where">): string[] {
  return toldOf(loaded, verdicts);
}

/**
 * The unsupported keys of the active services, each with its place and what to write instead; none where the
 * application can be run as it stands.
 */
export function checkSupported(loaded: Pick<Loaded, "config" | "where" | "written">): Problem[] {
  const found: { path: Path; reason: string }[] = [];
  const walk = (value: Value, path: Path, rules: PatternNode<Verdict> | undefined): void => {
    const verdict = rules?.rule;
    if (!saysSomething(value) || verdict?.is === "ignored") return;
    if (verdict?.is === "unsupported" && (verdict.when?.(value) ?? true)) {
      found.push({ path, reason: verdict.reason });
      return;
    }
    if (Array.isArray(value)) value.forEach((element, index) => walk(element, [...path, index], step(rules, index)));
    if (isDict(value))
      for (const [key, element] of Object.entries(value)) walk(element, [...path, key], step(rules, key));
  };
  walk(loaded.config as unknown as Value, [], table);
  found.push(...doublePorts(loaded.config));
  return inOrder(found.map(({ path, reason }) => problemAt(loaded, path, withMeaning(loaded, path, reason))));
}

/** In a short form the key that is meant does not stand: it is told beside the place. */
function withMeaning(loaded: Pick<Loaded, "written">, path: Path, reason: string): string {
  const meant = path.slice(loaded.written(path).length);
  return meant.length === 0 ? reason : `${formatPath(meant)}: ${reason}`;
}

/** Two services cannot hold the same port of the machine. */
function doublePorts({ services }: ComposeConfig): { path: Path; reason: string }[] {
  const held: { port: Port; service: string }[] = [];
  const found: { path: Path; reason: string }[] = [];
  for (const [service, { ports = [] }] of Object.entries(services)) {
    ports.forEach((port, index) => {
      const other = held.find((known) => collide(known.port, port));
      held.push({ port, service });
      if (!other) return;
      const by = other.service === service ? "this service" : `the service ${other.service}`;
      const reason = `${by} publishes ${String(port.published)} already: take another port of the machine`;
      found.push({ path: ["services", service, "ports", index], reason });
    });
  }
  return found;
}

function collide(one: Port, other: Port): boolean {
  if (one.published === undefined || one.published !== other.published) return false;
  if ((one.protocol ?? "tcp") !== (other.protocol ?? "tcp")) return false;
  const everywhere = ["", "0.0.0.0", "::"];
  const [first, second] = [one.host_ip ?? "", other.host_ip ?? ""];
  return first === second || everywhere.includes(first) || everywhere.includes(second);
}
