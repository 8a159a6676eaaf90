import { join } from "node:path";

/** The Compose Specification's schema as published (compose-go 2.9.1, schema/compose-spec.json, Apache-2.0). */
export const schemaFile = join(__dirname, "compose-spec.json");
