import { z } from "zod";

/** A whole number of a setting, which `pulumi config set` writes as text; both ends are included. Nothing at all is no number, nor is `true`. */
export const wholeNumber = (from: number, to: number) => {
  const error = `a whole number from ${from} to ${to}`;
  const written = z
    .string()
    .regex(/^\s*[+-]?\d+(\.\d*)?\s*$/)
    .transform(Number);
  return z.union([z.number(), written], { error }).pipe(z.number().int(error).min(from, error).max(to, error));
};
