import { z } from "zod";

/** The name of a variable that compose files may hold as `${NAME}`. */
export const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable name: letters, digits and _");
