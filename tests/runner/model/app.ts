import type { StagePlan } from "../../../components/plan";
import { building, promoted } from "../../components/shop";

/** The services that an application of the model may have. A later one may wait for an earlier one. */
export const names = ["a", "b", "c", "d", "e", "f"] as const;
export type Name = (typeof names)[number];

/** What a service is, beside a plain container: each is treated in a way of its own. */
export type Role = "plain" | "http" | "data" | "raw";

/** A service of an application of the model. */
export interface Service {
  role: Role;
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
    sectionOf(name as Name, service, services),
  ]);
  const files = Object.entries(services).filter(([, { file }]) => file > 0);
  const data = Object.entries(services).filter(([, { role }]) => role === "data");
  return JSON.stringify({
    services: Object.fromEntries(sections),
    networks: {
      back: { internal: networks.back % 2 === 1 },
      pool: { ipam: { config: [{ subnet: `10.9.${networks.pool}.0/24` }] } },
    },
    volumes: Object.fromEntries(data.map(([name]) => [`${name}-data`, {}])),
    configs: Object.fromEntries(files.map(([name, { file }]) => [`${name}-config`, { content: `version ${file}` }])),
    secrets: { key: { file: "secrets/api_key" } },
  });
}

function sectionOf(name: Name, service: Service, all: App["services"]): unknown {
  const { role, env, memory, file, needs, networks: joined } = service;
  const index = names.indexOf(name);
  const condition = (other: Name): string =>
    all[other] && isChecked(all[other]) ? "service_healthy" : "service_started";
  const waits = needs.filter((other) => all[other] && names.indexOf(other) < index);
  const ports = {
    http: [{ target: 80, published: String(8080 + index), app_protocol: "http", host_ip: "127.0.0.1" }],
    raw: [{ target: 70, published: String(7000 + index), host_ip: "127.0.0.1" }],
  };
  return {
    image: imageOf(name, service),
    environment: { LEVEL: String(env) },
    depends_on: Object.fromEntries(waits.map((other) => [other, { condition: condition(other) }])),
    mem_limit: `${memory}m`,
    ...(isChecked(service) ? { healthcheck: { test: ["CMD", "true"], interval: "1s" } } : {}),
    ...(joined.length > 0 ? { networks: [...joined] } : {}),
    ...(role === "http" || role === "raw" ? { ports: ports[role] } : {}),
    ...(role === "data" ? { volumes: [`${name}-data:/data`] } : {}),
    ...(file > 0 ? { configs: [`${name}-config`], secrets: ["key"] } : {}),
  };
}
