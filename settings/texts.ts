import { z } from "zod";

/** A text of a given form. */
export const textLike = (form: RegExp, error: string) => z.string({ error }).regex(form, error);

/** `true` or `false`, which `pulumi config set` writes as text. */
export const flag = z
  .union([z.boolean(), z.enum(["true", "false"])], { error: "true or false" })
  .transform((value) => value === true || value === "true");
