import type { Service } from "../compose/index";
import { roleOf } from "./roles";

/** The keys by which a service shares with another one, or with the machine, what containers otherwise have each for itself. */
export type Shared = "network_mode" | "ipc";

const keys: readonly Shared[] = ["network_mode", "ipc"];

/** The service whose network or shared memory a service has; undefined: it has its own, or the machine's. */
export function sharedWith(service: Pick<Service, Shared>, key: Shared): string | undefined {
  return /^service:(.+)$/.exec(service[key] ?? "")?.[1];
}

/** Whether a service is on the machine's own network. */
export function isOnMachine({ network_mode: mode }: Pick<Service, "network_mode">): boolean {
  return mode === "host";
}

/** The names of the services that are there. */
export function onMachine(services: Readonly<Record<string, Service>>): string[] {
  return Object.keys(services).filter((name) => isOnMachine(services[name] ?? {}));
}

/**
 * Whether two containers of a service would meet in what they share: both would listen on the same ports of one
 * network, or write to the same memory of another service.
 */
export function meetsItself(service: Pick<Service, Shared>): boolean {
  return isOnMachine(service) || keys.some((key) => sharedWith(service, key) !== undefined);
}

/**
 * The services without the ports that mean nothing: on the machine's own network the Engine passes them over, as
 * everything is open there by itself.
 */
export function withoutIdlePorts<S extends Service>(services: Readonly<Record<string, S>>): Record<string, S> {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [
      name,
      isOnMachine(service) && service.ports !== undefined ? { ...service, ports: undefined } : service,
    ]),
  );
}

/** Tells of each service on the machine's own network what that means in a stage. */
export function sharingNotices(services: Readonly<Record<string, Service>>): string[] {
  return Object.entries(services)
    .filter(([, service]) => isOnMachine(service))
    .map(([name, { ports = [] }]) => {
      const idle = ports.length > 0 ? ", its ports: make no difference" : "";
      return `The service ${name} is on the machine's own network (network_mode: host): whatever it listens on is open as it opens it${idle}, no edge stands in front of it, and it is stopped before it is replaced.`;
    });
}

/**
 * What of a service contradicts that it shares something.
 *
 * @returns the key below the service, and what would be right
 */
export function sharingProblems(
  service: Service,
  services: Readonly<Record<string, Service>>,
): { path: (string | number)[]; reason: string }[] {
  return keys.flatMap((key) => {
    const other = sharedWith(service, key);
    if (other === undefined) return [];
    const role = services[other] && roleOf(services[other]);
    if (role !== "service" && role !== undefined) {
      const reason = `shares what ${other} has, which is a ${role} and ends: name a service that runs on`;
      return [{ path: [key], reason }];
    }
    return key === "network_mode" ? ownersBusiness(service, other) : kept(services[other], other);
  });
}

/** The Engine makes no container with these on another one's network: they belong to who has it. */
function ownersBusiness(service: Service, other: string): { path: (string | number)[]; reason: string }[] {
  const own = [
    "ports",
    "hostname",
    "domainname",
    "dns",
    "dns_opt",
    "dns_search",
    "extra_hosts",
    "mac_address",
  ] as const;
  return own
    .filter((key) => service[key] !== undefined)
    .map((key) => ({
      path: [key],
      reason: `is decided by whose network it is, the service ${other}: write it there`,
    }));
}

function kept(owner: Service | undefined, other: string): { path: (string | number)[]; reason: string }[] {
  return owner === undefined || ["shareable", "host"].includes(owner.ipc ?? "")
    ? []
    : [
        {
          path: ["ipc"],
          reason: `takes the shared memory of ${other}, which ${other} keeps to itself: write ipc: shareable for ${other}`,
        },
      ];
}
