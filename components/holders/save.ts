import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { BackupPlan } from "../../backup/plan";
import { reachedBy } from "../machine/steps";
import { stepProgram } from "../step";

/**
 * Takes a backup at once, in a process of its own, as the step of an update would.
 *
 * @param machine where the process finds what `ssh` reads, relative to the project; undefined: the stage is on this machine
 * @param say is told of each thing that it does
 * @throws Error that says why there is none
 */
export async function saveOn(
  machine: string | undefined,
  plan: BackupPlan,
  say: (line: string) => void,
): Promise<void> {
  const child = spawn(process.execPath, [stepProgram(), "backup"], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { ...process.env, ...(machine === undefined ? {} : { [reachedBy]: machine }) },
  });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    said.push(line);
    say(line);
  });
  child.stdin.end(JSON.stringify(plan));
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return;
  const reason = said.slice(said.findIndex((line) => line.startsWith("There is no backup"))).join("\n");
  throw new Error(reason || "There is no backup of what changes its holder.");
}
