import type { Port, Service } from "../compose/index";
import { exposedLabel } from "../policies/databasesOnLoopback";
import type { Declared, Inputs } from "../policies/declared";
import type { Application } from "./application";
import type { Route } from "../edge/layout";
import type { StageId } from "../docker/labels";

/**
 * The services of an application as containers that rules can look at before anything is declared. Each has all its
 * published ports, also those that the edge will hold; these say that they speak HTTP, and which names of a tunnel lead
 * to them. Volumes come as resources of their own, because a path of the machine may be behind one; containers mount
 * them by name.
 */
export function expectedOf({ config, routes }: Application, { project, stage }: StageId): Declared[] {
  const containers = Object.entries(config.services).map(([name, service]) => ({
    type: "docker:index/container:Container",
    name: `${project}-${stage}-${name}`,
    owners: ["slipway:stage:Stage", "slipway:services:Services"],
    inputs: inputsOf(
      service,
      config,
      routes.filter((route) => route.service === name),
    ),
  }));
  const volumes = Object.values(config.volumes ?? {}).map(({ name, driver_opts: driverOpts }) => ({
    type: "docker:index/volume:Volume",
    name,
    owners: ["slipway:stage:Stage", "slipway:volumes:Volumes"],
    inputs: { driverOpts },
  }));
  return [...containers, ...volumes];
}

function inputsOf(service: Service, { volumes = {}, networks = {} }: Application["config"], routes: Route[]): Inputs {
  const joined = Object.keys(service.networks ?? {}).filter((key) => networks[key]?.external);
  return {
    // By its tag: the digest is known only in the update.
    image: service.image,
    ports: (service.ports ?? []).map((port) => heldPort(port, routes)),
    volumes: (service.volumes ?? []).map(({ type, source = "", read_only: readOnly }) =>
      type === "bind" ? { hostPath: source, readOnly } : { volumeName: volumes[source]?.name ?? source },
    ),
    privileged: service.privileged,
    capabilities: { adds: service.cap_add },
    securityOpts: service.security_opt,
    devices: (service.devices ?? []).map(({ source }) => ({ hostPath: source })),
    ipcMode: service.ipc,
    // The stage makes the other networks, under names of its own.
    networksAdvanced: joined.map((key) => ({ name: networks[key]?.name ?? key })),
    networkMode: service.network_mode,
    ...(service.labels?.[exposedLabel] === undefined
      ? {}
      : { labels: [{ label: exposedLabel, value: service.labels[exposedLabel] }] }),
  };
}

function heldPort({ target, published, host_ip: ip, protocol, app_protocol: speaks }: Port, routes: Route[]): Inputs {
  const raw = { internal: target, external: published, ip, protocol };
  if (speaks !== "http") return raw;
  const hosts = routes.find((route) => String(route.published) === published)?.hosts ?? [];
  return { ...raw, protocol: speaks, hosts };
}
