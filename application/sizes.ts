/** Up to so many bytes, the content of what a path holds is part of the state, and the container's files are uploaded one by one. */
export const smallSource = 256_000;

/** More files than this below one path are no small content, however little they hold: each is a request of its own. */
export const fewFiles = 100;

/** Up to so many bytes, the files that describe an application are part of the state until its release is recorded. */
export const smallDocuments = 256_000;

/** A stage's own content of one mounted path, in bytes: no release and so no registry holds it, which leaves the state. */
export const mostInState = 4_000_000;

/** All that a stage's services mount by way of the state, in bytes, counted for each service; it stands in the state eight times as large. */
export const mostInStateTogether = 8_000_000;

/** A single file that is read as a whole, such as a compose file or an env_file, in bytes. */
export const mostOfDocument = 16_000_000;

/** All that a release's services mount, in bytes. */
export const mostOfRelease = 1_000_000_000;

/** A size as people read it: `70 MB`, `1.5 GB`; a kilobyte has 1,000 bytes, as git, Docker and file managers count. */
export function formatSize(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [size, unit] = [bytes, 0];
  while (size >= 999.5 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit === 0 || size >= 99.5 ? size.toFixed(0) : Number(size.toPrecision(3))} ${units[unit]}`;
}
