import { z } from "zod";

/** `true` or `false`, as a value or as text: `pulumi config set` writes text. */
export const flag = z
  .union([z.boolean(), z.enum(["true", "false"])], { error: "true or false" })
  .transform((value) => value === true || value === "true");

/** A whole number within bounds, which belong to it; text will do. */
export function wholeNumber(from: number, to: number) {
  const error = `a whole number from ${from} to ${to}`;
  return z.coerce.number({ error }).int(error).min(from, error).max(to, error);
}

/** A text of a given form. */
export function textLike(form: RegExp, error: string) {
  return z.string({ error }).regex(form, error);
}
