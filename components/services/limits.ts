import type * as docker from "@pulumi/docker";
import type { Service } from "../../compose/index";
import { mebibytes } from "../../application/units";

/** What a service may take of its machine. */
export function limits(service: Service): Partial<docker.ContainerArgs> {
  const { limits, reservations } = service.deploy?.resources ?? {};
  const memory = limits?.memory ?? service.mem_limit;
  const reserved = reservations?.memory ?? service.mem_reservation;
  const cpus = limits?.cpus ?? service.cpus;
  return {
    memory: memory ? mebibytes(memory) : undefined,
    // A limit that swap could stretch is none.
    memorySwap: service.memswap_limit ? swap(service.memswap_limit) : memory ? mebibytes(memory) : undefined,
    memoryReservation: reserved ? mebibytes(reserved) : undefined,
    cpus: cpus ? String(cpus) : undefined,
    cpuShares: service.cpu_shares,
    cpuSet: service.cpuset,
    cpuPeriod: service.cpu_period,
    cpuQuota: service.cpu_quota,
    ulimits: Object.entries(service.ulimits ?? {}).map(([name, limit]) =>
      typeof limit === "number"
        ? { name, soft: limit, hard: limit }
        : { name, soft: limit.soft ?? 0, hard: limit.hard ?? limit.soft ?? 0 },
    ),
    sysctls: service.sysctls,
    cgroupParent: service.cgroup_parent,
  };
}

function swap(limit: string): number {
  return limit.startsWith("-") ? -1 : mebibytes(limit);
}
