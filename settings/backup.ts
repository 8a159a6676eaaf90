import { z } from "zod";
import { wholeNumber } from "./numbers";

/** How many of the backups before promotions are kept, and for how long. */
export const backup = z.strictObject({
  keep: wholeNumber(1, 10000).default(10).describe("How many stay, however old they are."),
  days: wholeNumber(1, 36500).default(30).describe("For how many days each stays."),
});
