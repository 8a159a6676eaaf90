import { z } from "zod";

/** A text of a given form. */
export const textLike = (form: RegExp, error: string) => z.string({ error }).regex(form, error);

/** A text of at least one character; white space around it would be invisible, and is refused. */
export const word = (error: string) => textLike(/^\S(.*\S)?$/s, error);

/** `true` or `false`, which `pulumi config set` writes as text. */
export const flag = z
  .union([z.boolean(), z.enum(["true", "false"])], { error: "true or false" })
  .transform((value) => value === true || value === "true");
