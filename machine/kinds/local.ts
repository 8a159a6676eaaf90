import { createServer } from "node:net";
import { currentEngine, type CurrentEngine } from "../../docker/context";
import { inspectEngine } from "../engine";
import { MachineError, type FoundMachine, type Machine } from "../machine";
import type { MachineKind } from "./kind";

const name = "this machine";

/** This machine, whose Docker Engine is the one that the `docker` command talks to. */
export const local: MachineKind<unknown> = { reach: inspectLocal, folder: () => Promise.resolve(undefined) };

/**
 * Looks at this machine, whose Docker Engine is the one that the `docker` command talks to.
 *
 * @throws MachineError when there is no `docker` command or no Engine answers
 */
export async function inspectLocal(): Promise<FoundMachine> {
  const current = engineHere();
  return { name, ...(await inspectEngine(name)), ...providerFor(current), holds };
}

function engineHere(): CurrentEngine {
  try {
    return currentEngine();
  } catch (error) {
    throw new MachineError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * What the Docker provider has to be told of this machine's Engine. It knows `DOCKER_HOST` and the default by itself, as it always did, so
 * that there is nothing to tell for them.
 */
export function providerFor(
  { context, host, certificates }: CurrentEngine,
  { DOCKER_HOST: given }: Readonly<Record<string, string | undefined>> = process.env,
): Pick<Machine, "host" | "certificates"> {
  if (context === "default") return { host: given || undefined };
  return { host, ...(certificates ? { certificates } : {}) };
}

/** Only a port in use counts as taken: one that this user may not listen on is the Docker Engine's business. */
export function holds(port: number, ip?: string): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => done(error.code === "EADDRINUSE"));
    server.listen(port, ip, () => server.close(() => done(false)));
  });
}
