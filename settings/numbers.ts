import { z } from "zod";

/** A whole number of a setting, which `pulumi config set` writes as text; both ends are included. */
export const wholeNumber = (from: number, to: number) => {
  const error = `a whole number from ${from} to ${to}`;
  return z.coerce.number({ error }).int(error).min(from, error).max(to, error);
};
