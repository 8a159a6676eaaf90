import { adminPort, paths, releaseMap, serversConfig, switchCommands, type Route } from "../components/edge/haproxy";
import { docker } from "./docker";
import type { Say } from "./step";

/** What a cutover needs. */
export interface CutoverInput {
  /** The edge's container. */
  edge: string;
  routes: Route[];
  /** The name of the container that is to serve, by service. */
  containers: Record<string, string>;
  /** The release that they run. */
  release: string;
}

/** How long, in milliseconds, the edge may take to send traffic to the new containers. */
const patience = 10_000;

/**
 * Makes the edge send traffic to the containers named, and waits until it does.
 *
 * @throws Error when the edge does not take the change, or not in time
 */
export async function cutover(
  { edge, routes, containers, release }: CutoverInput,
  say: Say,
): Promise<{ release: string }> {
  say(`sending traffic to ${release}`);
  // First to files: the edge must come back with the same containers when it restarts at any moment from here on.
  await write(edge, paths.servers, serversConfig(routes, containers));
  await write(edge, paths.release, releaseMap(release));
  const answer = await administer(edge, switchCommands(routes, containers, release));
  await confirm(edge, routes, containers, answer);
  say(`${release} serves`);
  return { release };
}

async function write(edge: string, path: string, content: string): Promise<void> {
  const script = `cat > ${path}.next && mv ${path}.next ${path}`;
  await docker(["exec", "--interactive", "--user", "0", edge, "sh", "-c", script], { input: content });
}

async function confirm(
  edge: string,
  routes: Route[],
  containers: Record<string, string>,
  answer: string,
): Promise<void> {
  const wanted = new Map(await Promise.all([...new Set(routes.map((route) => route.service))].map(addresses)));
  const until = Date.now() + patience;
  for (;;) {
    const servers = parseServers(await administer(edge, "show servers state"));
    const waiting = routes.filter(({ service, published }) => {
      const server = servers.find(({ backend }) => backend === `${service}_${published}`);
      return !(wanted.get(service) ?? []).includes(server?.address ?? "");
    });
    if (waiting.length === 0) {
      return;
    }
    if (Date.now() > until) {
      const services = waiting.map((route) => route.service).join(", ");
      throw new Error(
        `The edge does not send traffic to the new containers of ${services}. It said: ${answer.trim() || "nothing"}`,
      );
    }
    await new Promise((done) => setTimeout(done, 50));
  }

  async function addresses(service: string): Promise<[string, string[]]> {
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}";
    const text = await docker(["inspect", "--format", format, containers[service] ?? ""]);
    return [service, text.trim().split(/\s+/)];
  }
}

/** A line of `show servers state`: the backend's name is its second field, the server's address its fifth. */
function parseServers(text: string): { backend: string; address: string }[] {
  return text
    .split("\n")
    .filter((line) => /^\d+ /.test(line))
    .map((line) => line.split(" "))
    .map(([, backend = "", , , address = ""]) => ({ backend, address }));
}

async function administer(edge: string, command: string): Promise<string> {
  const script = `exec 3<>/dev/tcp/127.0.0.1/${adminPort} && cat >&3 && cat <&3`;
  return docker(["exec", "--interactive", edge, "bash", "-c", script], { input: `${command}\n` });
}
