/** Spec files of tests/e2e that run in one process, one after the other. */
export interface Group {
  /** Paths below tests/e2e, without `.spec.ts`. Specs that compare notes share a group. */
  specs: readonly string[];
  /** How long they take, in minutes, beside another group on two cores. */
  minutes: number;
  /** Whether every run of the end-to-end tests has them. */
  core?: true;
  /** What its processes' environment has where a run is short of time: how much of a thing that may be done more or less often. */
  short?: Readonly<Record<string, string>>;
  /** The folders and files whose change they would notice before others do. */
  covers: readonly string[];
}

/** What a group is called in what a run prints. */
export function nameOf(group: Group): string {
  return group.specs.join(" ");
}

/** All end-to-end tests. A unit test holds this list to the spec files that there are. */
export const groups: readonly Group[] = [
  {
    specs: ["staging-to-production", "two-engines"],
    minutes: 18,
    core: true,
    covers: ["components", "plan", "application", "docker", "steps", "runner", "compose"],
  },
  {
    specs: ["crash/kills"],
    minutes: 10,
    core: true,
    // A kill in each phase of an update; without it, 20.
    short: { SLIPWAY_KILLS: "8" },
    covers: ["components", "plan", "docker", "steps"],
  },
  { specs: ["crash/failures"], minutes: 11, core: true, covers: ["components", "plan", "docker", "steps"] },
  { specs: ["crash/machine"], minutes: 6, core: true, covers: ["components", "plan", "docker", "steps"] },
  { specs: ["tunnel/tunnel"], minutes: 10, covers: ["tunnel", "components/tunnel", "edge"] },
  { specs: ["jobs"], minutes: 9, core: true, covers: ["jobs", "components/jobs.ts", "docker"] },
  { specs: ["backup"], minutes: 9, core: true, covers: ["backup", "cli"] },
  { specs: ["refusals"], minutes: 7, core: true, covers: ["plan", "application", "compose", "settings"] },
  { specs: ["cutover"], minutes: 6, core: true, covers: ["edge", "components/edge", "steps"] },
  { specs: ["facts"], minutes: 5, core: true, covers: ["package-lock.json"] },
  { specs: ["failing-update", "unhealthy"], minutes: 6, core: true, covers: ["components", "docker", "steps"] },
  { specs: ["upgrade"], minutes: 8, core: true, covers: ["components", "plan", "application", "release"] },
  { specs: ["policies"], minutes: 3, core: true, covers: ["policies"] },
  {
    specs: ["holders/holders"],
    minutes: 20,
    covers: ["docker/holders", "components/holders", "components/services", "steps"],
  },
  { specs: ["holders/checks"], minutes: 5, covers: ["docker/holders", "components/holders", "jobs", "steps"] },
  { specs: ["holders/sequences"], minutes: 10, covers: ["docker/holders", "components/holders"] },
  { specs: ["edge"], minutes: 10, covers: ["edge", "components/edge", "steps"] },
  { specs: ["brought"], minutes: 11, covers: ["compose", "application", "components/services", "plan"] },
  { specs: ["large-files"], minutes: 8, covers: ["release", "components/release", "components/services", "steps"] },
  { specs: ["builders"], minutes: 8, covers: ["release", "registry", "steps"] },
  { specs: ["build-context"], minutes: 1, covers: ["release"] },
  { specs: ["context"], minutes: 2, covers: ["docker/context.ts", "machine", "cli"] },
  { specs: ["own-folder"], minutes: 3, covers: ["release", "slipway.ts"] },
  { specs: ["clouds/gce"], minutes: 9, covers: ["machine/vm", "components/machine", "secrets", "settings/gce.ts"] },
  {
    specs: ["clouds/azure"],
    minutes: 10,
    covers: ["machine/vm", "components/machine", "secrets", "settings/azure.ts"],
  },
  { specs: ["clouds/shared"], minutes: 4, covers: ["machine/vm", "components/machine", "settings/vm.ts"] },
  { specs: ["clouds/refusals"], minutes: 2, covers: ["machine/vm", "components/machine", "components/guardrails.ts"] },
  { specs: ["clouds/schema"], minutes: 1, covers: ["tests/e2e/clouds"] },
  { specs: ["clouds/simulation"], minutes: 1, covers: ["tests/e2e/clouds"] },
  { specs: ["machines/ssh"], minutes: 8, covers: ["machine", "components/machine", "steps"] },
  { specs: ["machines/ways"], minutes: 5, covers: ["machine"] },
  { specs: ["crash-points"], minutes: 8, covers: ["runner", "steps"] },
  { specs: ["demo"], minutes: 4, covers: ["setup", "apps"] },
  { specs: ["generated"], minutes: 5, covers: ["components/generatedSecrets.ts", "settings/generate.ts"] },
  { specs: ["https"], minutes: 4, covers: ["edge", "components/edge"] },
  { specs: ["logins"], minutes: 3, covers: ["registry", "components/registry"] },
  { specs: ["moving-on"], minutes: 2, covers: ["cli", "release"] },
  { specs: ["backup-store"], minutes: 4, covers: ["backup", "steps/backup.ts"] },
  { specs: ["tunnel/managed"], minutes: 3, covers: ["tunnel", "components/tunnel"] },
];
