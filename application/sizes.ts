/**
 * Content of one mounted path is part of the state up to this size, in bytes, and its files are uploaded one by one.
 */
export const smallSource = 256_000;

/**
 * With more files than this below it, a path counts as large whatever their size: each file is a request of its own.
 */
export const fewFiles = 100;

/**
 * The files that describe an application are part of the state up to this size, in bytes, until the release is
 * recorded.
 */
export const smallDocuments = 256_000;

/**
 * The largest content, in bytes, of a mounted path that is the stage's own: no release holds it, so only the state
 * carries it.
 */
export const mostInState = 4_000_000;

/**
 * The most that all services may mount by way of the state, in bytes, counted for each service; it takes eight times
 * the room there.
 */
export const mostInStateTogether = 8_000_000;

/** The largest file that is read as a whole, such as a compose file or an env_file, in bytes. */
export const mostOfDocument = 16_000_000;

/** The most that all services of a release may mount, in bytes. */
export const mostOfRelease = 1_000_000_000;

/** A size as people read it: `70 MB`, `1.5 GB`; a kilobyte has 1,000 bytes, as git, Docker and file managers count. */
export function formatSize(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [size, unit] = [bytes, 0];
  while (size >= 999.5 && unit < units.length - 1) [size, unit] = [size / 1000, unit + 1];
  return `${unit === 0 || size >= 99.5 ? size.toFixed(0) : Number(size.toPrecision(3))} ${units[unit]}`;
}
