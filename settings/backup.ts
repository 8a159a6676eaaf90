import { z } from "zod";
import { wholeNumber } from "./numbers";
import { notRecipient } from "./recipient";

/** A public key of age; the refusal says what is wrong with another text. */
const recipient = z.string({ error: "a public key of age, such as age1…" }).superRefine((text, context) => {
  const reason = notRecipient(text);
  if (reason !== undefined) context.addIssue({ code: "custom", message: reason });
});

/** How many of the backups before promotions are kept, for how long, and for whom. */
export const backup = z.strictObject({
  keep: wholeNumber(1, 10000).default(10).describe("How many stay, however old they are."),
  days: wholeNumber(1, 36500).default(30).describe("For how many days each stays."),
  recipients: z
    .array(recipient, { error: "a list of public keys of age, such as [age1…]" })
    .default([])
    .describe(
      "Public keys of age that backups are encrypted for beside the stage's own: their owners read them without Pulumi's state.",
    ),
});
