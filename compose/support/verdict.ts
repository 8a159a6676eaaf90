import type { Value } from "../tree";

/** The verdict on a key of a compose file. */
export type Verdict =
  /** Slipway does as the key says. */
  | { is: "supported" }
  /** The key makes no difference to what runs; `why` gives the reason, `told` that a preview says so, as somebody may count on it. */
  | { is: "ignored"; why: string; told?: true }
  /** It is unsupported, always or for the values that `when` finds; `reason` says what to write instead. */
  | { is: "unsupported"; reason: string; when?: (value: Value) => boolean };

/** Verdicts by pattern (patterns.ts). */
export type Verdicts = Record<string, Verdict>;

/** Keys that are supported. */
export function supported(prefix: string, keys: readonly string[]): Verdicts {
  return Object.fromEntries(keys.map((key) => [`${prefix}.${key}`, { is: "supported" }]));
}

/** Keys that make no difference, each with the reason. */
export function ignored(prefix: string, keys: Record<string, string>): Verdicts {
  return Object.fromEntries(Object.entries(keys).map(([key, why]) => [`${prefix}.${key}`, { is: "ignored", why }]));
}

/** Keys that mean something elsewhere and make no difference here, each with the reason that a preview gives. */
export function passedOver(prefix: string, keys: Record<string, string>): Verdicts {
  return Object.fromEntries(
    Object.entries(keys).map(([key, why]) => [`${prefix}.${key}`, { is: "ignored", why, told: true }]),
  );
}

/** Keys that are refused with any value, each with what to write instead. */
export function unsupported(prefix: string, keys: Record<string, string>): Verdicts {
  return Object.fromEntries(
    Object.entries(keys).map(([key, reason]) => [`${prefix}.${key}`, { is: "unsupported", reason }]),
  );
}

/** A key that is supported, except for the values that `when` finds. */
export function unsupportedWhen(when: (value: Value) => boolean, reason: string): Verdict {
  return { is: "unsupported", reason, when };
}
