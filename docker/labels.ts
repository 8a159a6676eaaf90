/** One stage of one application. */
export interface StageId {
  /** The Pulumi project, which names the application. */
  project: string;
  /** The stack. */
  stage: string;
}

/** A label as the Docker provider takes it. */
export interface Label {
  label: string;
  value: string;
}

/** A container as the Engine lists it, as far as it tells whose it is. */
export interface Listing {
  /** With a slash in front. */
  Names?: readonly string[];
  Labels?: Readonly<Record<string, string>> | null;
}

/**
 * Whether a container is the stage's that it says by its labels. It has the labels of its image too, into which anybody may have put ours: its name has to
 * be one that the stage gives, `<project>-<stage>-…`, and nothing else may say that it is its own.
 */
export function isOurs({ Names: names, Labels: labels }: Listing): boolean {
  const { "slipway.project": project, "slipway.stage": stage } = labels ?? {};
  if (project === undefined || stage === undefined || others.some((label) => label in (labels ?? {}))) return false;
  return (names ?? []).some((name) => `-${name.replace(/^\//, "")}`.includes(`-${project}-${stage}-`));
}

/** The labels of what others start on an Engine, whose names may be alike. */
const others = ["com.docker.compose.project", "com.docker.swarm.service.id", "com.docker.stack.namespace"];

/**
 * The labels by which everything of a stage is found again in the Docker Engine.
 *
 * @param stage whose it is
 * @param own labels from the compose file
 * @param role what it is, such as `edge`, or the service that it belongs to
 */
export function stageLabels(
  { project, stage }: StageId,
  own: Readonly<Record<string, string>> = {},
  role: Readonly<Record<string, string>> = {},
): Label[] {
  const prefixed = Object.entries(role).map(([key, value]) => [`slipway.${key}`, value] as const);
  const labels: Record<string, string> = {
    ...own,
    "slipway.project": project,
    "slipway.stage": stage,
    ...Object.fromEntries(prefixed),
  };
  return Object.entries(labels)
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}
