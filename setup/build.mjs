#!/usr/bin/env node
// Compiles the program to dist/, with what its modules read beside themselves, and the packages beside it, each to a dist/ of its own: the runner, and each cloud's
// package where what it needs is installed. The compose reader is compiled into the program; as a package of its own it is compiled when it is packed.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import ts from "typescript";

process.chdir(join(import.meta.dirname, ".."));
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

const run = (...args) => execFileSync(process.execPath, args, { stdio: "inherit" });
// What was a part of the program before would be packed with it.
rmSync(join("dist", "runner"), { recursive: true, force: true });
run(tsc, "-p", "tsconfig.build.json");
run("dist/compose/precompile.js", "compose/compose-spec.json");
writeFileSync("index.js", program());
for (const file of assets()) copyFileSync(file, join("dist", file));
for (const folder of ["runner", ...clouds()]) run(tsc, "-p", folder);

/** What Pulumi runs: index.ts, which stays beside it, since its folder is the one that the program works in. */
function program() {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(readFileSync("index.ts", "utf8"), { compilerOptions }).outputText;
}

/** The shell programs of the rooms, and the policy pack's own files, and the schema for editors. */
function assets() {
  const rooms = readdirSync("dist", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const programs = rooms.flatMap(({ name }) =>
    readdirSync(name, { recursive: true })
      .filter((file) => /\.(sh|lua)$/.test(file))
      .map((file) => join(name, file)),
  );
  return [...programs, "policies/package.json", "policies/PulumiPolicy.yaml", "settings/stage.schema.json"];
}

/** The folders of the clouds' packages that can be built: `npm ci` alone installs nothing of theirs. */
function clouds() {
  if (!existsSync("clouds")) return [];
  return readdirSync("clouds", { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join("clouds", name))
    .filter((folder) => {
      const { name, peerDependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      return [name, ...Object.keys(peerDependencies)].every((each) => existsSync(join("node_modules", each)));
    });
}
