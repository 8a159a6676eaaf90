import type { ComposeConfig, Port, Service } from "../compose/index";
import { askedByHttp } from "./asksByHttp";
import { isUsuallyOther } from "./otherProtocols";
import { namesOf } from "./roles";

/** Ports of services' containers, by service. */
export type PortsByService = Readonly<Record<string, readonly number[]>>;

/** A service, or one port of its containers, that the stage's settings say to speak HTTP. */
export interface SaidHttp {
  service: string;
  port?: number;
}

/** By what a published port counts as HTTP, where its `app_protocol` says nothing. */
export type HttpReason = "setting" | "health check" | "answer";

/** A published port that counts as HTTP although the file does not say so. */
export interface HttpPort {
  service: string;
  target: number;
  published: number;
  by: HttpReason;
}

/** A setting names what is not there; the message says what is. */
export class HttpSettingError extends Error {}

/**
 * Lets the edge hold every published port that speaks HTTP: by the file (`app_protocol`), by the stage's settings, by the
 * service's health check, or by the answers that the release's containers gave in the stage that built it. What the file
 * itself says of a port always counts (`app_protocol: tcp` leaves it to the container).
 *
 * A port that is not fixed, is none of TCP, or would lead the edge to two places stays with the container, and so does
 * one of a service on no network of the stage, where no edge would find it.
 *
 * @param said the stage's own word
 * @param answered the release's
 * @returns the application with `app_protocol: http` at each such port, and these ports
 * @throws HttpSettingError for a setting that names no published port
 */
export function withHttpPorts(
  config: ComposeConfig,
  said: readonly SaidHttp[],
  answered: PortsByService,
): { config: ComposeConfig; found: HttpPort[] } {
  said.forEach((one) => checkSaid(one, config));
  const found: HttpPort[] = [];
  const services = Object.entries(config.services).map(([name, service]) => {
    if (!namesOf("service", config.services).includes(name)) return [name, service] as const;
    const reasonFor = (port: Port): HttpReason | undefined =>
      canBeHeld(port, service) ? reasonOf(name, service, port, said, answered) : undefined;
    const ports = (service.ports ?? []).map((port) => {
      const by = reasonFor(port);
      if (by === undefined || isElsewhere(name, port, config)) return port;
      found.push({ service: name, target: port.target ?? 0, published: Number(port.published), by });
      return { ...port, app_protocol: "http" };
    });
    return [name, found.some((port) => port.service === name) ? { ...service, ports } : service] as const;
  });
  return found.length === 0
    ? { config, found }
    : { config: { ...config, services: Object.fromEntries(services) }, found };
}

/** Published TCP ports that containers hold themselves, so that each update stops them for a moment. */
export function rawPorts({ services }: Pick<ComposeConfig, "services">): Omit<HttpPort, "by">[] {
  return namesOf("service", services).flatMap((service) =>
    (services[service]?.ports ?? [])
      .filter((port) => port.app_protocol === undefined && isTcp(port) && /^\d+$/.test(port.published ?? ""))
      .map(({ target = 0, published }) => ({ service, target, published: Number(published) })),
  );
}

function reasonOf(
  name: string,
  service: Service,
  { target = 0 }: Port,
  said: readonly SaidHttp[],
  answered: PortsByService,
): HttpReason | undefined {
  if (said.some((one) => one.service === name && (one.port === undefined || one.port === target))) return "setting";
  if (isUsuallyOther(target)) return undefined;
  if (askedByHttp(service).includes(target)) return "health check";
  return answered[name]?.includes(target) ? "answer" : undefined;
}

function canBeHeld(port: Port, { network_mode: mode, networks = {} }: Service): boolean {
  return (
    port.app_protocol === undefined &&
    isTcp(port) &&
    /^\d+$/.test(port.published ?? "") &&
    mode === undefined &&
    Object.keys(networks).length > 0
  );
}

function isTcp({ protocol = "tcp" }: Port): boolean {
  return protocol === "tcp";
}

/** Whether the same port of the machine leads elsewhere too, on another of its addresses. */
function isElsewhere(name: string, { published, target }: Port, { services }: ComposeConfig): boolean {
  return Object.entries(services).some(([other, { ports = [] }]) =>
    ports.some((port) => isTcp(port) && port.published === published && (other !== name || port.target !== target)),
  );
}

function checkSaid({ service, port }: SaidHttp, { services }: ComposeConfig): void {
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.filter(isTcp).map(({ target }) => ({ name, target })),
  );
  if (published.some(({ name, target }) => name === service && (port === undefined || port === target))) return;
  const written = port === undefined ? service : `${service}:${port}`;
  const all = [...new Set(published.map(({ name, target }) => `${name}:${target}`))];
  const hint = all.length === 0 ? "no service publishes any" : `published are ${all.join(", ")}`;
  throw new HttpSettingError(
    `slipway:edge.http names ${written}, which is no published port of a service: ${hint}; write a service, or SERVICE:PORT with the port inside its container.`,
  );
}
