import * as pulumi from "@pulumi/pulumi";
import { notKnown } from "../policies/declared";

/**
 * Values with every output and promise in them resolved; {@link notKnown} takes the place of what is known only in the update. What is marked as
 * a secret is laid open, so that nothing hides behind the mark: it must go no further than a rule.
 */
export async function resolved(value: unknown): Promise<unknown> {
  if (pulumi.Output.isInstance<unknown>(value)) {
    const { isKnown, promise } = value as unknown as Kept;
    return (await isKnown) ? resolved(await promise.call(value)) : notKnown;
  }
  if (value instanceof Promise) return resolved(await value);
  if (pulumi.isUnknown(value)) return notKnown;
  if (Array.isArray(value)) return Promise.all(value.map(resolved));
  if (!isPlain(value)) return value;
  const parts = Object.entries(value).map(async ([key, part]) => [key, await resolved(part)] as const);
  return Object.fromEntries(await Promise.all(parts));
}

/**
 * The same values, each output of which waits until something has been looked at. What is known, secret and depended on stays as it was.
 *
 * @param look is called once, as soon as one of the outputs is known
 * @returns undefined where there is no output
 */
export function afterwards<T extends object>(values: T, look: () => Promise<void>): T | undefined {
  let looked: Promise<void> | undefined;
  let isLate = false;
  const within = (value: unknown): unknown => {
    if (pulumi.Output.isInstance<unknown>(value)) {
      isLate = true;
      return value.apply(async (known) => {
        await (looked ??= look());
        return known;
      });
    }
    if (Array.isArray(value)) return value.map(within);
    return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, within(part)])) : value;
  };
  const late = within(values) as T;
  return isLate ? late : undefined;
}

/** Outputs, promises, assets and resources are objects of a class. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The SDK's types do not tell of these. */
interface Kept {
  isKnown: Promise<boolean>;
  promise(): Promise<unknown>;
}
