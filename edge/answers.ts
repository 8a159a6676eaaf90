import { connect } from "node:net";
import { ask } from "../docker/ask";
import type { Engine } from "../docker/engine";
import type { Verified } from "../docker/health";
import { isUsuallyOther } from "../application/otherProtocols";

/** A port that a container publishes itself. */
export interface Published {
  service: string;
  /** The port inside the container. */
  target: number;
  /** The port of the machine, and the address that it listens on. */
  port: number;
  ip: string;
}

/** Leads to a port of the stage's machine from here; undefined: there is no way. */
export type Way = (port: number, ip: string) => Promise<{ host: string; port: number } | undefined>;

/** How long, in milliseconds, an answer may take to begin. */
const patience = 3000;

/**
 * The TCP ports that containers publish themselves, as their Engine shows them.
 * (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container/operation/ContainerInspect)
 */
export async function publishedBy(engine: Engine, containers: readonly Verified[]): Promise<Published[]> {
  const found = await Promise.all(
    containers.map(async ({ service, container }) => {
      const text = await ask(engine, "GET", `/containers/${container}/json`, `show the container ${container}`);
      return portsIn(service, JSON.parse(text) as Shown);
    }),
  );
  return found.flat();
}

interface Shown {
  NetworkSettings?: { Ports?: Record<string, { HostIp?: string; HostPort?: string }[] | null> | null };
}

function portsIn(service: string, { NetworkSettings: { Ports: ports } = {} }: Shown): Published[] {
  return Object.entries(ports ?? {}).flatMap(([inside, bindings]) => {
    const [, target] = /^(\d+)\/tcp$/.exec(inside) ?? [];
    const [binding] = bindings ?? [];
    return target === undefined || !binding?.HostPort
      ? []
      : [{ service, target: Number(target), port: Number(binding.HostPort), ip: binding.HostIp ?? "" }];
  });
}

/**
 * Which of some ports answer by HTTP: each is asked once, for `/`. Ports on which something else is usual are left alone.
 *
 * @returns the ports inside the containers, by service, both sorted
 */
export async function answeringByHttp(ports: readonly Published[], way: Way): Promise<Record<string, number[]>> {
  const asked = ports.filter(({ target }) => !isUsuallyOther(target));
  const answers = await Promise.all(
    asked.map(async ({ port, ip }) => {
      const there = await way(port, ip).catch(() => undefined);
      return there !== undefined && isHttp(await firstBytes(there));
    }),
  );
  return sorted(asked.filter((_, index) => answers[index]));
}

/** Ports by service, in one order however they were found. */
export function sorted(ports: readonly Pick<Published, "service" | "target">[]): Record<string, number[]> {
  const services = [...new Set(ports.map(({ service }) => service))].sort();
  return Object.fromEntries(
    services.map((service) => [
      service,
      [...new Set(ports.filter((one) => one.service === service).map(({ target }) => target))].sort((a, b) => a - b),
    ]),
  );
}

/**
 * Whether an answer is HTTP that an edge may stand in front of. A server behind TLS answers a request without it by 400, and so does a proxy that
 * wants an address in full: neither is meant.
 */
export function isHttp(answer: string): boolean {
  const [, status] = /^HTTP\/1\.[01] (\d{3})[ \r\n]/.exec(answer) ?? [];
  return status !== undefined && status !== "400";
}

/** What a server says first to a request; nothing where it does not answer in time. HTTP/1.0 needs no host, and ends the connection. */
function firstBytes({ host, port }: { host: string; port: number }): Promise<string> {
  return new Promise((done) => {
    let text = "";
    const socket = connect({ host, port });
    const end = (): void => {
      socket.destroy();
      done(text);
    };
    socket.setTimeout(patience, end);
    socket.once("connect", () => socket.write("GET / HTTP/1.0\r\n\r\n"));
    socket.on("data", (bytes: Buffer) => {
      text += bytes.toString("latin1");
      if (text.length >= 16) end();
    });
    socket.once("end", end);
    socket.once("error", end);
  });
}
