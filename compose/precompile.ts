import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone";
import { ajvOptions, parseSchema, schemaHash, validatorFile } from "./schema";
import { schemaFile } from "./schema-file";

/**
 * A step of the build: puts the schema and its compiled form beside the built loader.
 * Usage: `node dist/precompile.js <schema>`
 *
 * @param published the schema as published
 */
function precompile(published: string): void {
  copyFileSync(published, schemaFile);
  const schema = readFileSync(schemaFile, "utf8");
  const ajv = new Ajv({ ...ajvOptions, code: { source: true } });
  const code = standaloneCode(ajv, { validate: ajv.addSchema(parseSchema(schema), "compose") && "compose" });
  writeFileSync(join(__dirname, validatorFile), `${code}\nexports.hash = ${JSON.stringify(schemaHash(schema))};\n`);
}

if (require.main === module) precompile(process.argv[2] ?? "compose-spec.json");
