import { z } from "zod";
import { wholeNumber } from "./numbers";

/** What is kept of the backups that are taken before a promotion: how many at least, and for how many days. */
export const backup = z.strictObject({
  keep: wholeNumber(1, 10000).default(10).describe("How many stay, however old they are."),
  days: wholeNumber(1, 36500).default(30).describe("For how many days each stays."),
});
