import { extensionOf } from "../application/extension";
import { isOnMachine } from "../application/sharing";
import { rewordServices, type Reword } from "../application/written/reworded";
import type { ComposeConfig, Port, Service } from "../compose/index";
import { exposedLabel, leadsToDatabase } from "../policies/databasesOnLoopback";
import { isLoopback } from "../registry/client/endpoint";

/**
 * A database's port that a compose file publishes on every address is published on this machine's own, where people reach it through SSH.
 * `x-slipway: { exposes: [5432] }` insists; a label says so to the policies.
 */
export const databasePorts: Reword = (config) =>
  rewordServices(config, (name, service) => {
    // On the machine's own network its ports make no difference.
    if (isOnMachine(service)) return undefined;
    const { exposes = [] } = extensionOf(service);
    const isOpen = openTo(service);
    const open = (service.ports ?? []).filter(isOpen);
    if (open.length === 0 && exposes.length === 0) return undefined;
    const ports = service.ports?.map((port) => (isOpen(port) ? { ...port, host_ip: "127.0.0.1" } : port));
    return { service: marked({ ...service, ports }, exposes), notices: open.map((port) => told(name, port)) };
  });

/** Which ports of a service lead to a database from beyond this machine without the file's own word. */
function openTo(service: Service): (port: Port) => boolean {
  const { exposes = [] } = extensionOf(service);
  return (port) =>
    !exposes.includes(port.target ?? 0) &&
    !isLoopback(port.host_ip ?? "") &&
    leadsToDatabase(service.image ?? "", port.target, port.app_protocol === "http" ? "http" : (port.protocol ?? "tcp"));
}

/** The same application without the ports of which {@link databasePorts} tells: more need not be said of them. */
export function withoutTold(config: ComposeConfig, written: ComposeConfig): Pick<ComposeConfig, "services"> {
  const services = Object.entries(config.services).map(([name, service]) => {
    const own = written.services[name];
    if (!own?.ports || isOnMachine(own)) return [name, service] as const;
    const told = own.ports.filter(openTo(own));
    const isTold = ({ published, target }: Port): boolean =>
      told.some((port) => port.published === published && port.target === target);
    return [name, { ...service, ports: service.ports?.filter((port) => !isTold(port)) }] as const;
  });
  return { services: Object.fromEntries(services) };
}

function marked(service: Service, exposes: readonly number[]): Service {
  return exposes.length === 0
    ? service
    : { ...service, labels: { ...service.labels, [exposedLabel]: exposes.join(" ") } };
}

function told(name: string, { target, published }: Port): string {
  const way =
    published === undefined
      ? ""
      : `: reach it from elsewhere with ssh -L ${published}:127.0.0.1:${published} USER@MACHINE`;
  return `The port ${published ?? target} of the database ${name} is published on the machine's own addresses alone (127.0.0.1)${way}. To have it open to all who reach the machine, write x-slipway: { exposes: [${target}] }.`;
}
