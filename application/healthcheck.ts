import type * as docker from "@pulumi/docker";
import type { Service } from "../compose/index";
import { seconds } from "./units";

/** Whether the service says how its health is checked. */
export function isChecked(service: Service): boolean {
  const check = service.healthcheck;
  return check !== undefined && !check.disable && check.test !== undefined && check.test?.[0] !== "NONE";
}

/** Whether the service turns its health check off, that of its image as well. */
export function isUnchecked({ healthcheck: check }: Service): boolean {
  return check?.disable === true || check?.test?.[0] === "NONE";
}

/**
 * The services that wait for a service to be healthy (`depends_on: service_healthy`) where at most its image has a
 * check. For such a check the Docker provider does not wait.
 *
 * @returns their names, sorted
 */
export function waitingFor(name: string, services: Readonly<Record<string, Service>>): string[] {
  const target = services[name];
  return !target || isChecked(target)
    ? []
    : Object.keys(services)
        .filter((other) => services[other]?.depends_on?.[name]?.condition === "service_healthy")
        .sort();
}

/**
 * How long, in seconds, a container may take to become healthy: the time in its check, and half a minute for a busy
 * machine.
 */
export function healthyWithin(service: Service): number {
  const { start_period = "0s", interval = "30s", timeout = "30s", retries = 3 } = service.healthcheck ?? {};
  return Math.ceil(seconds(start_period) + (seconds(interval) + seconds(timeout)) * (retries + 1) + 30);
}

/** The health check as the provider takes it; undefined: the image's own. */
export function healthcheck(service: Service): docker.types.input.ContainerHealthcheck | undefined {
  const check = service.healthcheck;
  if (!check) {
    return undefined;
  }
  if (!isChecked(service)) {
    return check.disable || check.test ? { tests: ["NONE"] } : undefined;
  }
  return {
    tests: check.test ?? [],
    interval: check.interval,
    timeout: check.timeout,
    startPeriod: check.start_period,
    startInterval: check.start_interval,
    retries: check.retries,
  };
}
