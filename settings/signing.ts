import { z } from "zod";
import { word } from "./texts";

/** The key by which a stage signs its releases and what the ledger keeps of it. */
export const signing = z.strictObject(
  {
    rotate: word("a text, such as the date: another text makes another key")
      .optional()
      .describe("Another text makes another key with the next pulumi up, as slipway keys --rotate sets it."),
  },
  { error: "a map, such as { rotate: 2026-11 }" },
);
