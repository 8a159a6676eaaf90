import measured from "./minutes.json";

/** Spec files of tests/e2e that run in one process, one after the other. */
export interface Group {
  /** Paths below tests/e2e, without `.spec.ts`. Specs that compare notes share a group. */
  specs: readonly string[];
  /** How long they take, in minutes, beside another group on two cores (minutes.json, which `./setup/test --costs` writes). */
  minutes: number;
  /** Whether every run of the end-to-end tests has them. */
  core?: true;
  /** What its processes' environment has where a run is short of time: how much of a thing that may be done more or less often. */
  short?: Readonly<Record<string, string>>;
  /** The folders and files whose change they would notice before others do. */
  covers: readonly string[];
}

/** What a group is called in what a run prints. */
export function nameOf(group: Pick<Group, "specs">): string {
  return group.specs.join(" ");
}

/** All end-to-end tests. A unit test holds this list to the spec files that there are. */
const listed: readonly Omit<Group, "minutes">[] = [
  {
    specs: ["staging-to-production", "two-engines"],
    core: true,
    covers: ["components", "plan", "application", "docker", "steps", "runner", "compose"],
  },
  {
    specs: ["crash/kills"],
    core: true,
    // A kill in each phase of a promotion; without it, 20.
    short: { SLIPWAY_KILLS: "phases" },
    covers: ["components", "plan", "docker", "steps"],
  },
  { specs: ["crash/failures"], core: true, covers: ["components", "plan", "docker", "steps"] },
  { specs: ["crash/machine"], core: true, covers: ["components", "plan", "docker", "steps"] },
  { specs: ["tunnel/tunnel"], covers: ["tunnel", "components/tunnel", "edge"] },
  { specs: ["jobs"], core: true, covers: ["jobs", "components/jobs.ts", "docker"] },
  { specs: ["backup"], core: true, covers: ["backup", "cli"] },
  { specs: ["signing"], core: true, covers: ["release", "plan", "steps", "cli"] },
  { specs: ["refusals"], core: true, covers: ["plan", "settings", "components/guardrails.ts", "machine"] },
  { specs: ["cutover"], core: true, covers: ["edge", "components/edge", "steps"] },
  { specs: ["kept-data"], covers: ["edge", "docker/holders", "components/holders", "steps"] },
  { specs: ["facts"], core: true, covers: ["package-lock.json"] },
  { specs: ["failing-update", "unhealthy"], core: true, covers: ["components", "docker", "steps"] },
  { specs: ["upgrade"], core: true, covers: ["components", "plan", "application", "release"] },
  { specs: ["policies"], core: true, covers: ["policies", "components/guardrails.ts", "components/lastWord.ts"] },
  {
    specs: ["holders/holders"],
    covers: ["docker/holders", "components/holders", "components/services", "steps"],
  },
  { specs: ["holders/checks"], covers: ["docker/holders", "components/holders", "jobs", "steps"] },
  { specs: ["holders/sequences"], covers: ["docker/holders", "components/holders"] },
  { specs: ["edge"], covers: ["edge", "components/edge", "steps"] },
  { specs: ["edge-limits"], covers: ["edge", "components/edge"] },
  { specs: ["spoken"], covers: ["application/httpPorts.ts", "edge", "steps/record.ts", "plan"] },
  {
    specs: ["handed-on"],
    covers: ["compose", "application", "components/services", "docker/container.ts", "docker/holders"],
  },
  { specs: ["replicas"], covers: ["edge", "components/services", "components/edge", "steps", "application"] },
  { specs: ["brought"], covers: ["compose", "application", "components/services", "plan"] },
  ...[
    ["guestbook", "orders"],
    ["wiki", "magazine"],
    ["thumbnails", "albums"],
    ["pages", "suite"],
    ["captions", "licensed"],
  ].map((names) => ({
    specs: names.map((name) => `applications/${name}`),
    covers: ["compose", "application", "components/services", "components/edge", "plan"],
  })),
  { specs: ["as-written"], covers: ["compose", "application/written", "components/services", "steps/fill.ts"] },
  { specs: ["large-files"], covers: ["release", "components/release", "components/services", "steps"] },
  { specs: ["builders"], covers: ["release", "registry", "steps"] },
  { specs: ["build-context"], covers: ["release"] },
  { specs: ["build-inputs"], covers: ["release", "components/release", "steps", "registry/withLogin.ts"] },
  { specs: ["context"], covers: ["docker/context.ts", "machine", "cli"] },
  { specs: ["own-folder"], covers: ["release", "slipway.ts"] },
  {
    specs: ["clouds/gce"],
    covers: ["machine/vm", "machine/kinds", "components/machine", "secrets", "settings/gce.ts"],
  },
  {
    specs: ["clouds/azure"],
    covers: ["machine/vm", "machine/kinds", "components/machine", "secrets", "settings/azure.ts"],
  },
  {
    specs: ["clouds/shared"],
    covers: ["machine/vm", "machine/kinds", "components/machine", "settings/shared.ts", "settings/vm.ts"],
  },
  { specs: ["clouds/refusals"], covers: ["machine/vm", "components/machine", "components/guardrails.ts"] },
  { specs: ["machines/ssh"], covers: ["machine", "components/machine", "steps"] },
  { specs: ["machines/ways"], covers: ["machine"] },
  { specs: ["crash-points"], covers: ["runner", "steps"] },
  { specs: ["demo"], covers: ["setup", "apps"] },
  { specs: ["generated"], covers: ["components/generatedSecrets.ts", "settings/generate.ts"] },
  { specs: ["https"], covers: ["edge", "components/edge"] },
  { specs: ["own-registry"], covers: ["registry", "components/registry", "plan/registryLogin.ts", "machine"] },
  { specs: ["logins"], covers: ["registry", "components/registry"] },
  { specs: ["clone"], covers: ["package.json", "package-lock.json", ".npmrc", "cli/main.ts", "runner/main.ts"] },
  { specs: ["moving-on"], covers: ["cli", "release"] },
  { specs: ["backup-store"], covers: ["backup", "steps/backup.ts"] },
  { specs: ["tunnel/managed"], covers: ["tunnel", "components/tunnel"] },
];

/** The same, with what each costs; what has never been measured is taken for a long one. */
export const groups: readonly Group[] = listed.map((group) => ({
  ...group,
  minutes: (measured as Record<string, number>)[nameOf(group)] ?? 10,
}));
