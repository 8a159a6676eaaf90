import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Below the ports that systems hand out by themselves (Linux from 32768 on, by default): from among those, any
// connection that something on this machine opens may take one between the look at it here and its use by a container.
const lowest = 12000;
const highest = 30000;

const claims = join(tmpdir(), "slipway-test-ports");

/**
 * Finds ports that nothing on this machine listens on, and that no other run of these tests was given; they are this
 * process's until it ends.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  const size = highest - lowest;
  const start = Math.floor(Math.random() * size);
  for (let tried = 0; found.length < count; tried++) {
    if (tried === size)
      throw new Error(`No ${count} free ports between ${lowest} and ${highest}: end what holds them.`);
    const port = lowest + ((start + tried) % size);
    if (claim(port) && (await isFree(port))) found.push(port);
  }
  return found;
}

function claim(port: number): boolean {
  mkdirSync(claims, { recursive: true });
  const file = join(claims, String(port));
  if (holderOf(file) === "ended") rmSync(file, { force: true });
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function holderOf(file: string): "none" | "lives" | "ended" {
  let pid: number;
  try {
    pid = Number(readFileSync(file, "utf8"));
  } catch {
    return "none";
  }
  try {
    if (pid) process.kill(pid, 0);
    return "lives";
  } catch {
    return "ended";
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(false)).listen(port, "0.0.0.0", () => server.close(() => done(true)));
  });
}
