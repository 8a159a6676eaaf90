import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Hands, Kind, Made } from "./kind";
import type { Values } from "../resource";

const known = new Set(["create", "environment", "stdin", "logging"]);

/** A command on this machine. A change of any input runs it again, as its provider does. */
export const command: Kind = {
  replaces: (input) => input === "triggers",
  create: run,
};

async function run(inputs: Values, { folder, say, before }: Pick<Hands, "folder" | "say" | "before">): Promise<Made> {
  const stranger = Object.keys(inputs).find((key) => !known.has(key));
  if (stranger) throw new Error(`The runner does not know the input ${stranger} of a command.`);
  // As its provider hands on what the last run printed (https://www.pulumi.com/registry/packages/command/api-docs/local/command/).
  const last = before?.["stdout"] === undefined ? {} : { PULUMI_COMMAND_STDOUT: before["stdout"] };
  const env = { ...process.env, ...last, ...inputs["environment"] };
  const child = spawn("/bin/sh", ["-c", inputs["create"]], { cwd: folder, env });
  const logged = (stream: string): boolean => [undefined, "stdoutAndStderr", stream].includes(inputs["logging"]);
  const out: string[] = [];
  const said: string[] = [];
  const heard = (stream: NodeJS.ReadableStream, name: string): Promise<unknown> =>
    once(
      createInterface({ input: stream }).on("line", (line) => {
        if (logged(name)) say(line);
        said.push(line);
        said.splice(0, said.length - 100);
      }),
      "close",
    );
  child.stdout.on("data", (bytes: Buffer) => out.push(bytes.toString("latin1")));
  const quiet = Promise.all([heard(child.stdout, "stdout"), heard(child.stderr, "stderr")]);
  child.stdin.on("error", () => undefined);
  child.stdin.end(inputs["stdin"] ?? "");
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  await quiet;
  if (code !== 0) throw new Error(`the command ended with ${signal ?? `exit code ${code}`}:\n${said.join("\n")}`);
  const stdout = Buffer.from(out.join(""), "latin1").toString("utf8").replace(/\n$/, "");
  return { id: `command-${process.hrtime.bigint()}`, outputs: { stdout } };
}
