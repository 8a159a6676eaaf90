import { spawn } from "node:child_process";
import type { Project } from "./project";

/** Begins an update, and kills it with all that it has started once it has told something; returns what it told. */
export async function killedAt({ engine, folder }: Project, stage: string, moment: RegExp): Promise<string> {
  const { program, args, env } = engine.upCommand(stage);
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...env }, detached: true });
  let told = "";
  let isKilled = false;
  return new Promise((done, fail) => {
    const hear = (text: string): void => {
      told += text;
      if (isKilled || !moment.test(told) || !child.pid) return;
      isKilled = true;
      process.kill(-child.pid, "SIGKILL");
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.once("error", fail);
    child.once("close", (code) => (code === null ? done(told) : fail(new Error(`It was not killed:\n${told}`))));
  });
}
