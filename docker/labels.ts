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
