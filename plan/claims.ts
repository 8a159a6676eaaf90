import type { ComposeConfig, Service } from "../compose/index";
import { extensionOf } from "../application/extension";
import { replicaName, replicasOf } from "../application/replicas";
import { roleOf } from "../application/roles";
import { sharedWith } from "../application/sharing";
import { isStopFirst, publishedPorts, writableVolumes } from "../application/stopFirst";
import { portClaim, volumeClaims, type Claim } from "../docker/holders/claims";
import { defineEdge, type Published } from "../edge/definition";

/**
 * Everything that each part of a stage will hold alone: its services, jobs and checks, the edge and the registry.
 *
 * @param registry the registry that the stage declares
 */
export function stageClaims(application: Published, registry?: { port: number }): Record<string, Claim[]> {
  const { services, volumes } = application.config;
  const edge = defineEdge(application)?.ports ?? [];
  return {
    ...Object.fromEntries(
      Object.entries(services).flatMap(([name, service]) =>
        Array.from({ length: isStopFirst(service) ? replicasOf(service) : 1 }, (_, index) => [
          `${roleOf(service)} ${replicaName(name, index + 1)}`,
          [...claimsOf(service, volumes), ...(index === 0 ? networkOf(name, services) : [])],
        ]),
      ),
    ),
    "role edge": edge.map(({ external, ip }) => portClaim(external, "tcp", ip)),
    "role registry": registry ? [portClaim(registry.port, "tcp", "127.0.0.1")] : [],
  };
}

/** A service that is stopped before it is replaced takes its network with it, and those who joined that stop with it. */
function networkOf(name: string, services: ComposeConfig["services"]): Claim[] {
  const own = services[name];
  const isJoined = Object.values(services).some((other) => sharedWith(other, "network_mode") === name);
  return own && isJoined && isStopFirst(own) ? [{ kind: "network", of: name }] : [];
}

/**
 * Everything that a service's container holds alone while it runs.
 *
 * @param service without the ports that the edge holds for it
 * @param volumes the compose file's
 */
export function claimsOf(service: Service, volumes: ComposeConfig["volumes"] = {}): Claim[] {
  const written = extensionOf(service).sharesVolumes ? [] : writableVolumes(service);
  return [
    ...written.flatMap(({ type, source = "" }): Claim[] =>
      type === "bind"
        ? [{ kind: "folder", path: source }]
        : volumeClaims(volumes[source]?.name ?? source, volumes[source]?.driver_opts),
    ),
    ...publishedPorts(service)
      .filter(({ published }) => /^\d+$/.test(published ?? ""))
      .map(({ published, protocol = "tcp", host_ip: ip }) => portClaim(Number(published), protocol, ip)),
    ...Object.values(service.networks ?? {})
      .flatMap((network) => [network?.ipv4_address, network?.ipv6_address])
      .flatMap((address): Claim[] => (address ? [{ kind: "address", address }] : [])),
  ];
}
