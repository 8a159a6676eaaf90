import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import type { StageId } from "../docker/labels";

/**
 * Which stage of the project in this folder is meant. It is found without asking Pulumi where it is named, so that data can be
 * brought back also where Pulumi or its state cannot be had.
 *
 * @param name the stack; undefined: the one that is selected
 * @throws Error where there is no project, or no stack is meant
 */
export async function stageHere(name: string | undefined): Promise<StageId> {
  return { project: projectHere(), stage: name ?? (await selected()) };
}

/**
 * The name of the project in this folder.
 *
 * @throws Error where there is none
 */
export function projectHere(): string {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((path) => join(process.cwd(), path)).find(existsSync);
  if (file === undefined) {
    throw new Error("There is no Pulumi.yaml here: run this in the project's folder.");
  }
  return (parse(readFileSync(file, "utf8")) as { name: string }).name;
}

async function selected(): Promise<string> {
  const workspace = await LocalWorkspace.create({ workDir: process.cwd() }).catch(() => undefined);
  const stack = await workspace?.stack().catch(() => undefined);
  if (!stack) {
    throw new Error("No stack is selected: name one, as in -s production.");
  }
  return stack.name;
}
