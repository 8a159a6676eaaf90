#!/usr/bin/env node
// Compiles the program to dist/, and puts there what its modules read beside themselves.
import { execFileSync } from "node:child_process";
import { copyFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

process.chdir(join(import.meta.dirname, ".."));
const require = createRequire(import.meta.url);
const tsc = join(dirname(require.resolve("typescript/package.json")), "bin", "tsc");

const run = (...args) => execFileSync(process.execPath, args, { stdio: "inherit" });
run(tsc, "-p", "tsconfig.build.json");
run("dist/compose/precompile.js", "compose");
for (const file of assets()) copyFileSync(file, join("dist", file));

/** The shell programs of the rooms, and the policy pack's own files. */
function assets() {
  const rooms = readdirSync("dist", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const programs = rooms.flatMap(({ name }) =>
    readdirSync(name, { recursive: true })
      .filter((file) => file.endsWith(".sh"))
      .map((file) => join(name, file)),
  );
  return [...programs, "policies/package.json", "policies/PulumiPolicy.yaml"];
}
