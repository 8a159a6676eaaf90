import type { ComposeConfig, Service } from "../../compose/model";
import { extensionOf } from "../extension";
import { isStopFirst } from "../services/stopFirst";
import type { Called, Upstream } from "./layout";

/**
 * The services whose name has to lead to the edge, because others call them by HTTP: the Engine's DNS would lead callers to new
 * containers before these are healthy, and to old ones until they are gone.
 *
 * A port counts where another service's environment, command or entrypoint holds a URL with the service's name and that port, or where
 * `x-slipway: { http: […] }` says so, which then is all that counts. What is stopped before it is replaced is never there twice,
 * so its name leads to its container, unless `http` says otherwise.
 *
 * @throws Error for two services that share a port which is not HTTP, and nothing tells whom a caller means
 */
export function calledServices(config: ComposeConfig): Called[] {
  const called = Object.entries(config.services)
    .filter(([, service]) => Object.keys(service.networks ?? {}).length > 0)
    .map(([name, service]) => ({
      service: name,
      names: namesOf(name, service),
      ports: portsOf(name, service, config),
    }))
    .filter(({ ports }) => ports.length > 0)
    .sort((a, b) => (a.service < b.service ? -1 : 1));
  checkDistinct(called);
  return called;
}

/** Everything that a service is called on each of its networks, by the network's key. */
export function namesOf(name: string, { networks = {} }: Service): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(networks).map(([network, attachment]) => [
      network,
      [...new Set([name, ...(attachment?.aliases ?? [])])],
    ]),
  );
}

function portsOf(name: string, service: Service, config: ComposeConfig): Called["ports"] {
  const { http } = extensionOf(service);
  const ports = http ?? (isStopFirst(service) ? [] : calledPorts(name, service, config));
  return ports.length === 0 ? [] : [...withMode(ports, "http"), ...withMode(otherPorts(service, ports), "tcp")];
}

function withMode(ports: readonly number[], mode: Upstream["mode"]): Called["ports"] {
  return [...new Set(ports)].sort((a, b) => a - b).map((target) => ({ target, mode }));
}

/** The ports at which the URLs of other services find this one. */
function calledPorts(name: string, service: Service, { services }: ComposeConfig): number[] {
  const names = [...new Set(Object.values(namesOf(name, service)).flat())];
  const url = new RegExp(
    `\\b(?:http|ws)://(?:[^\\s/@]*@)?(?:${names.map(literally).join("|")})(?::(\\d+))?(?![\\w.:-])`,
    "gi",
  );
  return Object.entries(services)
    .filter(([other]) => other !== name)
    .flatMap(([, other]) => textsOf(other))
    .flatMap((text) => [...text.matchAll(url)])
    .map(([, port]) => Number(port ?? 80));
}

function textsOf({ environment, command, entrypoint }: Service): string[] {
  return [...Object.values(environment ?? {}), ...(command ?? []), ...(entrypoint ?? [])].flatMap((text) => text ?? []);
}

/** Whatever else a service says that it listens on has to be found under the same name. */
function otherPorts({ expose = [], ports = [] }: Service, http: readonly number[]): number[] {
  const exposed = expose.filter((port) => /^\d+(\/tcp)?$/.test(port)).map((port) => parseInt(port, 10));
  const published = ports.filter(({ protocol = "tcp" }) => protocol === "tcp").flatMap(({ target }) => target ?? []);
  return [...exposed, ...published].filter((port) => !http.includes(port));
}

/** HTTP tells in each request which host is meant; other protocols do not. */
function checkDistinct(called: readonly Called[]): void {
  const seen = new Map<number, { service: string; mode: Upstream["mode"] }>();
  for (const { service, ports } of called) {
    for (const { target, mode } of ports) {
      const other = seen.get(target);
      if (other && (mode === "tcp" || other.mode === "tcp")) {
        throw new Error(
          `The services ${other.service} and ${service} are both called by name on port ${target}, and not both by HTTP, so the edge could not tell which is meant: give one of them another port, or take the port out of its expose.`,
        );
      }
      seen.set(target, { service, mode });
    }
  }
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
