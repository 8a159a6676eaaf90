import { createServer } from "node:net";
import { askDocker, inspectEngine } from "./engine";
import type { Machine } from "./machine";

const name = "this machine";

/**
 * Looks at this machine, whose Docker Engine is the one that the `docker` command talks to.
 *
 * @throws MachineError when there is no `docker` command or no Engine answers
 */
export async function inspectLocal(): Promise<Machine> {
  const { context, ...engine } = await inspectEngine(name);
  return { name, ...engine, host: await hostOf(context), holds };
}

/** A Docker context is known to the `docker` command only; the provider takes the address behind it. */
async function hostOf(context: string | undefined): Promise<string | undefined> {
  if (process.env["DOCKER_HOST"] || !context || context === "default") {
    return process.env["DOCKER_HOST"];
  }
  return (await askDocker(name, "context", "inspect", context, "--format", "{{.Endpoints.docker.Host}}")).trim();
}

/** Only a port in use counts as taken: one that this user may not listen on is the Docker Engine's business. */
export function holds(port: number, ip?: string): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => done(error.code === "EADDRINUSE"));
    server.listen(port, ip, () => server.close(() => done(false)));
  });
}
