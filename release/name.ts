/**
 * The name of a release: `v<commit>-<UTC yyyymmdd-hhmmss>`, with `-dirty` behind it where uncommitted files entered.
 *
 * @param commit the abbreviated git commit
 * @param dirty whether uncommitted files entered the release
 * @param createdAt when it was minted
 */
export function releaseName(commit: string, dirty: boolean, createdAt: Date): string {
  const [date = "", time = ""] = createdAt.toISOString().replace(/[-:]/g, "").split(/[T.]/);
  return `v${commit}-${date}-${time}${dirty ? "-dirty" : ""}`;
}
