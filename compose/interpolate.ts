import { type PatternNode, patterns, step } from "./patterns";
import type { Problems } from "./problems";
import { type Lookup, TemplateError, fill } from "./template";
import { type Dict, type Path, type Position, type Value, isDict, originOf, put, setOrigin } from "./tree";

/** A variable without a value, which was replaced by the empty text. */
export interface BlankVariable {
  name: string;
  at: Position;
  /** The key it was used in, from the root of the file. */
  path: Path;
}

type Cast = (text: string) => Value | undefined;

/**
 * Fills every text of a document from `lookup`, in place, and casts texts to the numbers and booleans that their keys
 * want: `"${REPLICAS}"` becomes a number. The variables that filled a value are noted in its origin.
 */
export function interpolate(document: Dict, lookup: Lookup, problems: Problems, blanks: BlankVariable[]): void {
  new Interpolation(lookup, problems, blanks).walk(document, [], casts);
}

class Interpolation {
  constructor(
    private readonly lookup: Lookup,
    private readonly problems: Problems,
    private readonly blanks: BlankVariable[],
  ) {}

  walk(container: Dict | Value[], path: Path, rules: PatternNode<Cast> | undefined): void {
    const entries: Iterable<[string | number, Value]> = isDict(container)
      ? Object.entries(container)
      : container.entries();
    for (const [key, value] of entries) {
      const rule = step(rules, key);
      if (typeof value === "string") this.text(container, key, value, [...path, key], rule?.rule);
      else if (typeof value === "object" && value !== null) this.walk(value, [...path, key], rule);
    }
  }

  private text(container: Dict | Value[], key: string | number, text: string, path: Path, cast?: Cast): void {
    const at = originOf(container, key)?.at ?? { file: "", line: 0, column: 0 };
    try {
      const filled = fill(text, this.lookup);
      if (filled.variables.length > 0) setOrigin(container, key, { at, variables: filled.variables });
      for (const name of filled.blank) this.blanks.push({ name, at, path });
      put(container, key, this.cast(filled.text, at, path, cast));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.problems.add(at, path, error.message);
      this.problems.leaveOut(path);
    }
  }

  private cast(text: string, at: Position, path: Path, cast?: Cast): Value {
    if (!cast) return text;
    const value = cast(text);
    if (value !== undefined) return value;
    this.problems.add(at, path, `"${text}" is not ${castNames.get(cast) ?? "right"}`);
    return text;
  }
}

/** A whole number written in decimal; undefined for anything else. */
export function toInteger(text: string): number | undefined {
  const value = /^[-+]?[0-9]+$/.test(text) ? Number(text) : undefined;
  return value !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** A number; undefined for anything else. */
export function toNumber(text: string): number | undefined {
  return /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(text) ? Number(text) : undefined;
}

/** A boolean as YAML 1.1 has them; undefined for anything else. */
export function toBoolean(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  if (["true", "y", "yes", "on"].includes(lower)) return true;
  return ["false", "n", "no", "off"].includes(lower) ? false : undefined;
}

const castNames = new Map<Cast, string>([
  [toInteger, "a whole number"],
  [toNumber, "a number"],
  [toBoolean, "a boolean: write true or false"],
]);

function forEach(keys: string[], prefix: string, cast: Cast): Record<string, Cast> {
  return Object.fromEntries(keys.map((key) => [`${prefix}.${key}`, cast]));
}

/** The keys whose text becomes a number or a boolean: the reference's table (compose-go 2.9, loader/interpolate.go). */
const casts = patterns<Cast>({
  ...forEach(
    [
      "cpu_count",
      "cpu_period",
      "cpu_quota",
      "cpu_rt_period",
      "cpu_rt_runtime",
      "cpu_shares",
      "deploy.replicas",
      "deploy.update_config.parallelism",
      "deploy.rollback_config.parallelism",
      "deploy.restart_policy.max_attempts",
      "deploy.placement.max_replicas_per_node",
      "healthcheck.retries",
      "oom_score_adj",
      "pids_limit",
      "ports.*.target",
      "scale",
      "ulimits.*",
      "ulimits.*.hard",
      "ulimits.*.soft",
    ],
    "services.*",
    toInteger,
  ),
  ...forEach(
    ["cpu_percent", "cpus", "deploy.update_config.max_failure_ratio", "deploy.rollback_config.max_failure_ratio"],
    "services.*",
    toNumber,
  ),
  ...forEach(
    [
      "init",
      "healthcheck.disable",
      "oom_kill_disable",
      "privileged",
      "read_only",
      "stdin_open",
      "tty",
      "volumes.*.read_only",
      "volumes.*.volume.nocopy",
    ],
    "services.*",
    toBoolean,
  ),
  ...forEach(["external", "internal", "attachable", "enable_ipv4", "enable_ipv6"], "networks.*", toBoolean),
  "volumes.*.external": toBoolean,
  "secrets.*.external": toBoolean,
  "configs.*.external": toBoolean,
});
