import type { StagePlan } from "../../../plan/stage";
import { building, promoted } from "../../components/shop";

/** The services that an application of the model may have. A later one may wait for an earlier one. */
export const names = ["a", "b", "c", "d", "e", "f"] as const;
export type Name = (typeof names)[number];

/** What a service is, beside a plain container: each is treated in a way of its own. */
export type Role = "plain" | "http" | "data" | "raw" | "fixed";

/** A service of an application of the model. */
export interface Service {
  role: Role;
  /** Which of the machine's volumes, ports or addresses it holds, by its role; several services may write to one volume. */
  place: number;
  /** Its image. */
  version: number;
  /** Its environment. */
  env: number;
  /** In MiB; this changes without another container. The Engine takes no limit away from one that has it. */
  memory: number;
  /** A config file's content; 0: it has no files. */
  file: number;
  /** Whether its health is checked; an HTTP service's always is. */
  checked: boolean;
  /** Whether its containers never become healthy. */
  sick: boolean;
  needs: readonly Name[];
  networks: readonly Network[];
}

/** A network of its own kind: `pool` has an address range, of which there cannot be two. */
export type Network = "back" | "pool";

/** An application of the model: services, and a version for each network. */
export interface App {
  services: Partial<Record<Name, Service>>;
  networks: Record<Network, number>;
}

/** The ports that services hold themselves; the last two may be those of HTTP services in another release. */
const rawPorts = [7000, 7001, 8080, 8081] as const;

/** The volume that a service writes to, if it does. */
export function volumeOf({ role, place }: Service): string | undefined {
  return role === "data" ? `v${place % 3}` : undefined;
}

/** The port of the machine that a service holds itself, if it does. */
export function portOf({ role, place }: Service): number | undefined {
  return role === "raw" ? rawPorts[place % rawPorts.length] : undefined;
}

/** The last part of the address that a service has for itself, if it has one. */
export function addressOf({ role, place }: Service): number | undefined {
  return role === "fixed" ? 10 + (place % 3) : undefined;
}

/** The same application, where no two services want one port or one address: Compose takes no other. */
export function possible({ services, networks }: App): App {
  const taken = new Set(
    names.filter((name) => services[name]?.role === "http").map((name) => `port ${httpPort(name)}`),
  );
  const placed = Object.entries(services).map(([name, service]) => {
    for (let place = service.place; place < service.place + 4; place++) {
      const moved = { ...service, place };
      const [port, address] = [portOf(moved), addressOf(moved)];
      const wanted = port !== undefined ? `port ${port}` : address !== undefined ? `address ${address}` : undefined;
      if (wanted === undefined || !taken.has(wanted)) {
        if (wanted !== undefined) taken.add(wanted);
        return [name, moved] as const;
      }
    }
    return [name, { ...service, role: "plain" as const }] as const;
  });
  return { services: Object.fromEntries(placed), networks };
}

export function httpPort(name: Name): number {
  return 8080 + names.indexOf(name);
}

/** Whether an application can come up. */
export function isHealthy({ services }: App): boolean {
  return !Object.values(services).some(isSick);
}

export function isChecked({ role, checked }: Service): boolean {
  return checked || role === "http";
}

/** Sickness shows where somebody looks. */
export function isSick(service: Service): boolean {
  return service.sick && isChecked(service);
}

export function imageOf(name: string, { version, sick }: Service): string {
  return `app-${name}:v${version}${sick ? "-sick" : ""}`;
}

/** The plan of a stage for an application. */
export function planOf(app: App, builds: boolean): StagePlan {
  const compose = composeOf(app);
  if (builds) return building({ compose });
  const release = Object.entries(app.services).map(([name, service]) => imageOf(name, service));
  return promoted({ compose, release: { name: `of ${release.sort().join(", ")}` } });
}

function composeOf({ services, networks }: App): string {
  const sections = Object.entries(services).map(([name, service]) => [
    name,
    sectionOf(name as Name, service, services, networks.pool),
  ]);
  const files = Object.entries(services).filter(([, { file }]) => file > 0);
  const volumes = new Set(Object.values(services).flatMap((service) => volumeOf(service) ?? []));
  return JSON.stringify({
    services: Object.fromEntries(sections),
    networks: {
      back: { internal: networks.back % 2 === 1 },
      pool: { ipam: { config: [{ subnet: `10.9.${networks.pool}.0/24` }] } },
    },
    volumes: Object.fromEntries([...volumes].map((name) => [name, {}])),
    configs: Object.fromEntries(files.map(([name, { file }]) => [`${name}-config`, { content: `version ${file}` }])),
    secrets: { key: { file: "secrets/api_key" } },
  });
}

function sectionOf(name: Name, service: Service, all: App["services"], pool: number): unknown {
  const { role, env, memory, file, needs, networks: joined } = service;
  const index = names.indexOf(name);
  const condition = (other: Name): string =>
    all[other] && isChecked(all[other]) ? "service_healthy" : "service_started";
  const waits = needs.filter((other) => all[other] && names.indexOf(other) < index);
  const [volume, port, address] = [volumeOf(service), portOf(service), addressOf(service)];
  const ports = {
    http: [{ target: 80, published: String(httpPort(name)), app_protocol: "http", host_ip: "127.0.0.1" }],
    raw: [{ target: 70, published: String(port), host_ip: "127.0.0.1" }],
  };
  const attached = address === undefined ? joined : [...new Set<Network>([...joined, "pool"])];
  const fixed = (network: Network) =>
    network === "pool" && address !== undefined ? { ipv4_address: `10.9.${pool}.${address}` } : {};
  return {
    image: imageOf(name, service),
    environment: { LEVEL: String(env) },
    depends_on: Object.fromEntries(waits.map((other) => [other, { condition: condition(other) }])),
    mem_limit: `${memory}m`,
    ...(isChecked(service) ? { healthcheck: { test: ["CMD", "true"], interval: "1s" } } : {}),
    ...(attached.length > 0 ? { networks: Object.fromEntries(attached.map((one) => [one, fixed(one)])) } : {}),
    ...(role === "http" || role === "raw" ? { ports: ports[role] } : {}),
    ...(volume === undefined ? {} : { volumes: [`${volume}:/data`] }),
    ...(file > 0 ? { configs: [`${name}-config`], secrets: ["key"] } : {}),
  };
}
