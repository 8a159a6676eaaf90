import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { alias } from "../machine/ssh/files";
import { nameOf, type SshMachine } from "../machine/ssh/host";
import { writeSshFiles } from "../machine/ssh/tunnel";
import { readyScript } from "../machine/vm/ready";
import type { Say } from "../docker/say";

/** What waiting for a VM needs. */
export interface ReadyInput {
  /** What people call it, in a sentence. */
  name: string;
  /** Where what `ssh` reads is written, relative to the project. */
  folder: string;
  way: SshMachine;
  /** How long to wait. */
  seconds: number;
}

/** A VM that is ready. */
export interface ReadyResult {
  /** Where it is reached, as people write it. */
  at: string;
}

/** How long, in milliseconds, until it is asked again. */
const pause = 3000;

/** What `ssh` ends with where it does not get there, or loses the way. */
const astray = 255;

/**
 * Waits until a VM answers and its start-up has made it ready. Until the start-up has let its user in and put its host key in place, it
 * refuses logins and shows other keys: neither ends the waiting.
 *
 * @throws Error with the sentence by which the start-up failed, or with what `ssh` said last
 */
export async function ready({ name, folder, way, seconds }: ReadyInput, say: Say): Promise<ReadyResult> {
  writeSshFiles(way, process.cwd(), folder);
  // A connection that was kept open may lead to the VM that was there before.
  await ssh(folder, ["-O", "exit", alias]);
  const until = Date.now() + seconds * 1000;
  let told = "";
  const tell = (line: string): void => {
    if (line !== told) say(line);
    told = line;
  };
  for (;;) {
    const left = Math.max(1, Math.ceil((until - Date.now()) / 1000));
    const script = `echo ${answers}\n${readyScript(left)}`;
    const { code, all } = await ssh(folder, ["-S", "none", alias, script], () =>
      tell(`${name} answers at ${nameOf(way)}; waiting until its start-up has made it ready`),
    );
    if (code === 0) {
      say(`${name} is ready`);
      return { at: nameOf(way) };
    }
    const said = telling(all);
    if (code !== astray) throw new Error(lastOf(all));
    if (inVain.test(all)) throw new Error(unreachable(name, said, "at all"));
    if (Date.now() >= until) throw new Error(unreachable(name, said, `within ${seconds} s`));
    tell(`waiting for ${name} (${said})`);
    await wait(pause);
  }
}

function unreachable(name: string, said: string, when: string): string {
  return `${name} cannot be reached ${when} (${said || "ssh ended without a word"}): see to it that slipway:machine.sshFrom has this machine's address or, where it is empty, that gcloud is here and logged in; then try again.`;
}

/** What waiting cannot mend: gcloud is missing, is not logged in, or its user may not use Identity-Aware Proxy. */
const inVain =
  /gcloud:? .*not found|not found: gcloud|gcloud auth login|not currently have an active account|4033|not authorized/i;

/** What `ssh` adds of its own where the program that connects it has failed. */
const ending =
  /^(kex_exchange_identification|ssh_exchange_identification|Connection (closed|reset) by|banner exchange)/;

/** Of all that was said, the line that tells why. */
function telling(all: string): string {
  return lastOf(all, (line) => !ending.test(line)) || lastOf(all);
}

function lastOf(all: string, fits: (line: string) => boolean = () => true): string {
  const lines = all.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "" && fits(line)).at(-1) ?? "";
}

const answers = "slipway-answers";

/** Runs `ssh`, and gives all that it said. */
async function ssh(
  folder: string,
  args: string[],
  onAnswer: () => void = () => undefined,
): Promise<{ code: number; all: string }> {
  const child = spawn("ssh", ["-F", join(folder, "config"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (text.includes(answers)) onAnswer();
  });
  const code = await once(child, "close").then(
    ([code]) => (code as number | null) ?? astray,
    (error: unknown) => {
      throw new Error(`ssh cannot be run (${String(error)}): install OpenSSH's client.`);
    },
  );
  return { code, all: said };
}
