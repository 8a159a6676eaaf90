import type { Project } from "../tests/e2e/project";

/** Gives a project the settings of Pulumi's own TypeScript template, with this repository's module system. */
export function writeTsconfig(project: Project): void {
  const compilerOptions = {
    strict: true,
    target: "es2022",
    module: "node16",
    moduleResolution: "node16",
    types: ["node"],
    sourceMap: true,
    forceConsistentCasingInFileNames: true,
  };
  project.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["index.ts"] }));
}
