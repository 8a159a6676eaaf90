import { z } from "zod";
import { word } from "./texts";

const paths = "a path or a list of paths";

/** One path or several, as a list. */
export const pathList = z
  .union([word(paths), z.array(word(paths)).min(1, paths)], { error: paths })
  .transform((value) => (typeof value === "string" ? [value] : value));
