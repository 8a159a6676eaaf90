/**
 * The name of a release: `v<commit>-<UTC yyyymmdd-hhmmss>`, with `-dirty` behind it where uncommitted files entered.
 *
 * @param commit the abbreviated git commit
 * @param dirty whether uncommitted files entered the release
 * @param createdAt when the release is named
 */
export function releaseName(commit: string, dirty: boolean, createdAt: Date): string {
  const [date = "", time = ""] = createdAt.toISOString().replace(/[-:]/g, "").split(/[T.]/);
  return `v${commit}-${date}-${time}${dirty ? "-dirty" : ""}`;
}

/** Whether uncommitted files entered a release, by its name. */
export function isUncommitted(release: string): boolean {
  return release.endsWith("-dirty");
}

/** Says that a release was built from uncommitted files, and what to do; the beginning of a sentence. */
export function uncommitted(release: string): string {
  return `The release ${release} was built from uncommitted files: commit them and bring the stage up again that builds`;
}
