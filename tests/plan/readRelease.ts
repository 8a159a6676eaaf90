import { namedPaths, readApplication } from "../../plan/application";
import { readSource } from "../../plan/buildSource";
import { WorkFiles } from "../../release/files";
import { plainEdge } from "../components/project";

/** Reads what a release is made from, as staging does in a project with production beside it. */
export async function readRelease(
  root: string,
  {
    files = ["compose.yaml"],
    siblingEnv = {},
    overlay = [],
  }: { files?: string[]; siblingEnv?: Record<string, Record<string, string>>; overlay?: string[] } = {},
): ReturnType<typeof readSource> {
  const work = new WorkFiles(root);
  const description = {
    project: "shop",
    stage: "staging",
    compose: files,
    overlay,
    env: {},
    secretEnv: [],
    generated: [],
    edge: plainEdge,
  };
  const surroundings = {
    root,
    project: "shop",
    compose: files,
    platform: "linux/amd64",
    builder: "buildkit" as const,
    mirrors: {},
    siblingEnv,
    named: [description, { ...description, stage: "production" }].map((one) => namedPaths(one, work)),
  };
  return readSource(readApplication(description, work, work), surroundings);
}
