import { z } from "zod";
import { wholeNumber } from "./numbers";
import { variableName } from "./variables";

const specials = "true, false, or the characters to take beside letters and digits, such as -_.";

const rotations = "a word of your own, such as the month: another one makes another value";

/** How one secret is made up. */
export const generatedSecret = z.strictObject(
  {
    length: wholeNumber(16, 256).default(32).describe("Characters. 32 letters and digits are 190 bits."),
    special: z
      .union([z.boolean(), z.string().regex(/^[!-~]+$/, specials)], { error: specials })
      .transform((value) => (value === "true" ? true : value === "false" ? false : value))
      .default(false)
      .describe(
        "What may be in it beside letters and digits, which mean nothing in an address or a connection string.",
      ),
    rotate: z
      .union([z.string().min(1, rotations), z.number()], { error: rotations })
      .transform(String)
      .optional()
      .describe("The value stays for as long as this does."),
  },
  { error: "a map with length, special and rotate, or {} for what is usual" },
);

/** Secrets that the stage makes up for itself, by the names under which compose files take them. */
export const generate = z.record(
  variableName,
  // In YAML a name with nothing behind it is null.
  z.preprocess((value) => value ?? {}, generatedSecret),
  { error: "a map from variable names to {} or { length: 48, rotate: … }" },
);

/** How one secret is made up, with defaults filled in. */
export type GeneratedSecret = z.infer<typeof generatedSecret>;
