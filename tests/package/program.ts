/**
 * Runs the program of somebody else's project, in whose folder it is started, against an engine that only answers, and
 * prints what the program declared.
 */
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { declare } from "../components/engine";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- which file it is, only the folder tells
const program = require(join(process.cwd(), "index.js")) as () => Promise<Record<string, unknown>>;

async function main(): Promise<void> {
  pulumi.runtime.setAllConfig({
    "slipway:compose": "compose.yaml",
    "slipway:env": `{"WEB_PORT":"18080"}`,
    "slipway:registry": `{"kind":"local","port":15000}`,
  });
  const { resources, result } = await declare({ project: "shop", stage: "staging" }, program);
  const declared = resources.map(({ type, name, inputs }) => ({
    type,
    name,
    create: inputs["create"] as string | undefined,
  }));
  process.stdout.write(JSON.stringify({ declared, outputs: result }));
}

void main();
