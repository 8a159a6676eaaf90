import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ErrorObject, ValidateFunction } from "ajv";
import { schemaFile } from "./schema-file";
import { type ShapeProblem, shapeProblems } from "./schema-problems";
import type { Dict } from "./tree";

/**
 * The schema compiled ahead (precompile.ts): compiling it at each start would take 120 ms, loading it compiled takes 15
 * ms.
 */
export const validatorFile = "compose-spec.validator.js";

/** The options for compiling the schema, ahead or at the start. */
export const ajvOptions = { allErrors: true, strict: false, validateSchema: false, validateFormats: false } as const;

/** A compiled schema, and the hash of the schema that it was compiled from. */
export interface CompiledSchema {
  validate: ValidateFunction;
  hash: string;
}

/** What of a merged document has the wrong shape by the schema; nothing where all is right. */
export function wrongShapes(document: Dict): ShapeProblem[] {
  const validate = (compiled ??= load());
  return validate(document) ? [] : shapeProblems(document, validate.errors as ErrorObject[]);
}

/** A short text that differs when the schema does. */
export function schemaHash(schema: string): string {
  return createHash("sha256").update(schema).digest("hex").slice(0, 16);
}

/** The schema's text ready for ajv, without the address of its dialect, which ajv does not know. */
export function parseSchema(schema: string): object {
  return { ...(JSON.parse(schema) as Record<string, unknown>), $schema: undefined };
}

let compiled: ValidateFunction | undefined;

function load(): ValidateFunction {
  const require = createRequire(__filename);
  const schema = readFileSync(schemaFile, "utf8");
  // Beside this file in the built package; for its sources, where the build puts it.
  for (const folder of [".", "dist"]) {
    try {
      const ahead = require(join(__dirname, folder, validatorFile)) as CompiledSchema;
      if (ahead.hash === schemaHash(schema)) return ahead.validate;
    } catch {
      continue;
    }
  }
  const { Ajv } = require("ajv") as typeof import("ajv");
  return new Ajv(ajvOptions).compile(parseSchema(schema));
}
