import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { loadCompose } from "../../compose/load";
import { type CompiledSchema, schemaHash, validatorFile } from "../../compose/schema";
import { schemaFile } from "../../compose/schema-file";

const built = join(__dirname, "../../dist/compose", validatorFile);

describe("the schema", () => {
  it("was compiled ahead from the schema at hand", function () {
    // Nothing is built in a fresh clone before `npm run build`.
    if (!existsSync(built)) this.skip();
    const { hash } = createRequire(__filename)(built) as CompiledSchema;
    assert.equal(hash, schemaHash(readFileSync(schemaFile, "utf8")), "dist is older than the schema: npm run build");
  });

  it("lets a hundred services be loaded in little more than the time that reading their YAML takes", function () {
    this.timeout(60_000);
    const service = (number: number): string => `
  s${number}:
    image: example/s${number}:1
    environment: {A: "\${A:-a}", B: b, C: c}
    ports: ["${8000 + number}:80"]
    depends_on: [s0]
    volumes: ["data:/data", "./conf:/conf:ro"]
    healthcheck: {test: [CMD, "true"], interval: 10s, timeout: 5s, retries: 3}
    deploy: {resources: {limits: {cpus: "0.5", memory: 256M}}}
    networks: [front, back]`;
    const services = Array.from({ length: 100 }, (_, index) => service(index + 1)).join("");
    const text = `services:\n  s0: {image: example/s0}${services}\nnetworks: {front: , back: }\nvolumes: {data: }\n`;
    const load = (): object =>
      loadCompose({ files: ["c.yaml"], source: { read: () => text }, env: {}, projectName: "demo" });
    const parse = (): object => parseAllDocuments(text, { schema: "failsafe" });
    // A bound in milliseconds would measure what else the machine does; reading the YAML alone is about half of it all.
    assert.ok(fastest(load) < 5 * fastest(parse));
  });
});

/** Microseconds of the fastest of five runs: the processor's time, which does not pass while other programs have it. */
function fastest(run: () => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    run();
    return process.cpuUsage(start).user;
  });
  return Math.min(...times);
}
