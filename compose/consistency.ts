import type { ComposeConfig, Service } from "./model";
import type { Problems } from "./problems";
import type { Path } from "./tree";

/** A project for consistency checks: its active part, and the names of what is inactive. */
export interface Project {
  config: ComposeConfig;
  /** Services that exist but whose profiles are not active. */
  inactive: ReadonlySet<string>;
}

type Report = (path: Path, reason: string) => void;

/** Checks rules between the keys of a project (compose-go 2.9, loader/validate.go, package `graph`). */
export function checkConsistency(project: Project, file: string, problems: Problems): void {
  const report: Report = (path, reason) => problems.addIn(project.config, path, file, reason);
  for (const [name, service] of Object.entries(project.config.services)) {
    const inService: Report = (path, reason) => report(["services", name, ...path], reason);
    checkImage(service, inService);
    checkReferences(service, project, inService);
    checkLimits(service, inService);
    checkMounts(service, inService);
    checkTest(service, inService);
  }
  checkContainerNames(project.config, report);
  checkCycles(project.config, report);
}

function checkImage(service: Service, report: Report): void {
  const { build } = service;
  if (!build && !service.image && !service.provider) report([], "nothing says what to run: write image or build");
  if (build?.dockerfile && build.dockerfile_inline) {
    report(["build", "dockerfile_inline"], "dockerfile and dockerfile_inline exclude each other: keep one");
  }
  if (build?.platforms && service.platform && !build.platforms.includes(service.platform)) {
    report(["build", "platforms"], `the platforms to build for must include the service's own, ${service.platform}`);
  }
}

function checkReferences(service: Service, { config, inactive }: Project, report: Report): void {
  if (service.network_mode && Object.keys(service.networks ?? {}).length > 0) {
    report(["network_mode"], "network_mode and networks exclude each other: keep one");
  }
  const known = (kind: "networks" | "volumes" | "secrets" | "configs" | "models", name: string, path: Path): void => {
    if (Object.hasOwn(config[kind] ?? {}, name)) return;
    const file = kind === "volumes" && name.includes(".") ? `, or write ./${name} where it is a file or folder` : "";
    report(path, `${name} is not defined: add it under the top-level ${kind}${file}`);
  };
  for (const name of Object.keys(service.networks ?? {})) known("networks", name, ["networks", name]);
  for (const name of Object.keys(service.models ?? {})) known("models", name, ["models", name]);
  (service.volumes ?? []).forEach(({ type, source }, index) => {
    if (type === "volume" && source) known("volumes", source, ["volumes", index]);
  });
  for (const kind of ["secrets", "configs"] as const) {
    (service[kind] ?? []).forEach(({ source }, index) => known(kind, source ?? "", [kind, index]));
  }
  (service.build?.secrets ?? []).forEach(({ source }, index) =>
    known("secrets", source ?? "", ["build", "secrets", index]),
  );
  checkServiceReferences(service, config, inactive, report);
}

function checkServiceReferences(
  service: Service,
  config: ComposeConfig,
  inactive: ReadonlySet<string>,
  report: Report,
): void {
  const missing = (name: string): string | undefined => {
    if (Object.hasOwn(config.services, name)) return undefined;
    return inactive.has(name)
      ? `the service ${name} is not active: activate one of its profiles, or set required: false`
      : `there is no service ${name}`;
  };
  for (const [name, { required }] of Object.entries(service.depends_on ?? {})) {
    const reason = missing(name);
    if (reason && (required || !inactive.has(name))) report(["depends_on", name], reason);
  }
  for (const [key, context] of Object.entries(service.build?.additional_contexts ?? {})) {
    if (!context.startsWith("service:")) continue;
    const name = context.slice("service:".length);
    const reason = missing(name) ?? (config.services[name]?.build ? undefined : `the service ${name} is not built`);
    if (reason) report(["build", "additional_contexts", key], reason);
  }
}

function checkLimits(service: Service, report: Report): void {
  const { limits, reservations } = service.deploy?.resources ?? {};
  const same = (key: string, mine: unknown, deployed: unknown, where: string): void => {
    if (mine === undefined || mine === deployed) return;
    report([key], `${key} and deploy.resources.${where} say different things: keep one`);
  };
  if (limits) {
    same("cpus", service.cpus, limits.cpus, "limits.cpus");
    same("mem_limit", service.mem_limit, limits.memory, "limits.memory");
    same("pids_limit", service.pids_limit, limits.pids, "limits.pids");
  }
  if (reservations) same("mem_reservation", service.mem_reservation, reservations.memory, "reservations.memory");
  const replicas = service.deploy?.replicas;
  if (replicas !== undefined) same("scale", service.scale, replicas, "replicas");
  if ((service.scale ?? 0) < 0) report(["scale"], "must not be negative");
  if ((replicas ?? 0) < 0) report(["deploy", "replicas"], "must not be negative");
  if ((service.scale ?? replicas ?? 1) > 1 && service.container_name) {
    report(["container_name"], "several containers cannot have one name: remove container_name");
  }
}

function checkMounts(service: Service, report: Report): void {
  const mounted = new Set<string>();
  const check = (target: string, path: Path): void => {
    if (mounted.has(target)) report(path, `something is mounted at ${target} already`);
    mounted.add(target);
  };
  (service.tmpfs ?? []).forEach((entry, index) => check(entry.split(":", 1)[0] as string, ["tmpfs", index]));
  (service.volumes ?? []).forEach(({ target = "" }, index) => check(target, ["volumes", index]));
}

function checkTest(service: Service, report: Report): void {
  const [kind] = service.healthcheck?.test ?? [];
  if (kind === undefined || ["CMD", "CMD-SHELL", "NONE"].includes(kind)) return;
  report(["healthcheck", "test"], `a list must begin with CMD, CMD-SHELL or NONE, not with ${kind}`);
}

function checkContainerNames(config: ComposeConfig, report: Report): void {
  const owners = new Map<string, string>();
  for (const [name, { container_name: container }] of Object.entries(config.services)) {
    if (!container) continue;
    const owner = owners.get(container);
    if (owner) report(["services", name, "container_name"], `the service ${owner} has this container name already`);
    owners.set(container, name);
  }
}

function checkCycles(config: ComposeConfig, report: Report): void {
  const done = new Set<string>();
  const visit = (name: string, chain: readonly string[]): void => {
    const start = chain.indexOf(name);
    if (start >= 0) {
      const circle = [...chain.slice(start), name].join(" → ");
      report(
        ["services", chain.at(-1) as string, "depends_on", name],
        `services wait for each other in a circle: ${circle}`,
      );
      return;
    }
    if (done.has(name)) return;
    for (const next of Object.keys(config.services[name]?.depends_on ?? {})) visit(next, [...chain, name]);
    done.add(name);
  };
  for (const name of Object.keys(config.services)) visit(name, []);
}
