/** A part of a repository's path in a registry (OCI distribution specification). */
const pathPart = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/**
 * Why a project's name is refused. The registry's repositories begin with it, and the name of Compose's project, after
 * which networks and volumes are called, is made of it and the stage's.
 *
 * @returns the reason and what would be right, to stand behind the name; undefined: the name is right
 */
export function projectProblem(project: string): string | undefined {
  const right = "write lower-case letters and digits, with a single - or _ between them, as in col-x";
  if (!pathPart.test(project)) {
    return `cannot name the repositories of a registry, which begin with the project's name: ${right}`;
  }
  return /^[a-z0-9][a-z0-9_-]*$/.test(project) ? undefined : `cannot name networks and volumes: ${right}`;
}

/** The same for a stage's name. */
export function stageProblem(stage: string): string | undefined {
  return /^[a-z0-9_-]+$/.test(stage)
    ? undefined
    : "cannot name networks and volumes: write lower-case letters, digits, - and _, as in eu-staging";
}
