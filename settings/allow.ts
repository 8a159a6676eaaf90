import { z } from "zod";
import { word } from "./texts";

const words =
  "a list of capabilities, paths of the machine, security options or privileged, such as [SYS_PTRACE, /etc/ssl/private]";

/** What the application's containers may reach of the machine although policies refuse it: each is told in every preview. */
export const allow = z
  .union([word(words), z.array(word(words))], { error: words })
  .transform((value) => (typeof value === "string" ? [value] : value));
