import { z } from "zod";

/**
 * A whole number between both ends, themselves included. `pulumi config set` writes it as text; empty text is refused.
 */
export const wholeNumber = (from: number, to: number) => {
  const error = `a whole number from ${from} to ${to}`;
  const written = z
    .string()
    .regex(/^\s*[+-]?\d+(\.\d*)?\s*$/)
    .transform(Number);
  return z.union([z.number(), written], { error }).pipe(z.number().int(error).min(from, error).max(to, error));
};
