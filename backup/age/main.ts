#!/usr/bin/env node
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { identitiesIn, identityKey } from "./keys";
import { decrypted, encrypted } from "./stream";

/** Where the private keys are read from, so that they stand neither among the arguments nor in the environment. */
const keysFrom = 5;

/**
 * A part of a pipe in a shell, where a backup is taken or restored: `encrypt <recipient>…` and `decrypt`, each from standard input to
 * standard output. It ends with 1 where what was written must not count.
 */
async function main([way, ...recipients]: string[]): Promise<void> {
  // The larger the pieces that are read, the fewer there are to put together.
  const input = createReadStream("", { fd: 0, highWaterMark: 1 << 20 });
  if (way === "encrypt") return pipeline(input, (bytes) => encrypted(bytes, recipients), process.stdout);
  const found = identitiesIn(await text(createReadStream("", { fd: keysFrom })), "The key");
  const keys = found.flatMap((identity) => identityKey(identity) ?? []);
  return pipeline(input, (bytes) => decrypted(bytes, keys), process.stdout);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`The backup's file cannot be ${process.argv[2]}ed: ${(error as Error).message}\n`);
  process.exit(1);
});
