import { join } from "node:path";
import { freePorts } from "../tests/e2e/ports";
import type { Project, Settings } from "../tests/e2e/project";
import { root } from "../tests/e2e/requirements";
import { source, type Scratch } from "./scratch";
import { Stack, type Sample } from "./stack";
import { writeTsconfig } from "./tsconfig";

/** The samples of the demo, by operation; each list in the order of the rounds. */
export type DemoResult = Record<
  "previewStaging" | "upStaging" | "previewProduction" | "upProduction" | "promotion" | "rollback" | "release",
  Sample[]
>;

/** Takes the demo through staging and production, as its README does, and measures the waiting times of a person. */
export async function measureDemo(scratch: Scratch, rounds: number): Promise<DemoResult> {
  const { project, staging, production, settings } = await setUp(scratch);
  console.log("  building the demo, then both stages");
  await staging.up();
  await production.up();
  const older = ((await staging.output("release")) as { name: string }).name;
  const result: DemoResult = {
    previewStaging: [],
    upStaging: [],
    previewProduction: [],
    upProduction: [],
    promotion: [],
    rollback: [],
    release: [],
  };
  for (let round = 0; round < rounds; round++) {
    result.previewStaging.push(await staging.preview());
    result.previewProduction.push(await production.preview());
    result.upStaging.push(await staging.upUnchanged());
    result.upProduction.push(await production.upUnchanged());
  }
  project.write("web/src/change.ts", "export const changed = true;\n");
  await project.commit("Change the web service");
  result.release.push(await staging.upReplacingOne());
  for (let round = 0; round < Math.ceil(rounds / 2); round++) {
    production.configure(settings);
    result.promotion.push(await production.upReplacingOne());
    production.configure({ ...settings, release: older });
    result.rollback.push(await production.upReplacingOne());
  }
  return result;
}

async function setUp(
  scratch: Scratch,
): Promise<{ project: Project; staging: Stack; production: Stack; settings: Settings }> {
  const project = await scratch.project("bench-demo", join(root, "apps", "demo"));
  project.write("index.ts", source("staged.ts"));
  writeTsconfig(project);
  await project.commit("Add the program");
  const [here = 0, there = 0] = await freePorts(2);
  const staging = new Stack("demo, staging", project, "staging", scratch.probe);
  const production = new Stack("demo, production", project, "production", scratch.probe);
  await staging.init({
    compose: "compose.yaml",
    overlay: "compose.staging.yaml",
    registry: await project.registry(),
    env: { WEB_PORT: String(here), DB_PASSWORD: "bench", ENABLE_TEST_DATA: "true" },
  });
  const settings = {
    promoteFrom: "staging",
    overlay: "compose.production.yaml",
    env: { WEB_PORT: String(there), DB_PASSWORD: "bench", ENABLE_TEST_DATA: "false" },
  };
  await production.init(settings);
  return { project, staging, production, settings };
}
