import type { Value } from "../tree";

/** What becomes of a key of a compose file. */
export type Verdict =
  /** Slipway does what it says. */
  | { is: "honoured" }
  /** It makes no difference to what runs; `why` says how that is. */
  | { is: "harmless"; why: string }
  /** It is refused, always or for some values; `reason` says what to write instead. */
  | { is: "refused"; reason: string; when?: (value: Value) => boolean };

/** Verdicts by pattern (patterns.ts). */
export type Verdicts = Record<string, Verdict>;

/** Keys that are honoured. */
export function honoured(prefix: string, keys: readonly string[]): Verdicts {
  return Object.fromEntries(keys.map((key) => [`${prefix}.${key}`, { is: "honoured" }]));
}

/** Keys that make no difference, with how that is. */
export function harmless(prefix: string, keys: Record<string, string>): Verdicts {
  return Object.fromEntries(Object.entries(keys).map(([key, why]) => [`${prefix}.${key}`, { is: "harmless", why }]));
}

/** Keys that are refused whatever they say, with what to write instead. */
export function refused(prefix: string, keys: Record<string, string>): Verdicts {
  return Object.fromEntries(
    Object.entries(keys).map(([key, reason]) => [`${prefix}.${key}`, { is: "refused", reason }]),
  );
}

/** A key that is honoured but for the values that `when` finds. */
export function refusedWhen(when: (value: Value) => boolean, reason: string): Verdict {
  return { is: "refused", reason, when };
}
