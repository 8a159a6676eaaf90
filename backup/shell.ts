/** A word quoted for a POSIX shell, where it needs to be. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line of words. */
export function line(...words: string[]): string {
  return words.map(quoted).join(" ");
}

/** The exit codes of {@link piped}. */
export const pipeFailures = { producer: 91, consumer: 92 } as const;

/**
 * A pipe that fails when either side fails: POSIX has no `pipefail`, and half a backup must not count. A failure ends
 * the script around it.
 *
 * @param producer the command that writes
 * @param consumer the command that reads; its output is the pipe's
 * @returns a script that exits with 0, or with one of {@link pipeFailures}
 */
export function piped(producer: string, consumer: string): string {
  return `{ produced=$( { { ( ${producer}
); echo $? >&3; } | ( ${consumer}
) >&4; } 3>&1 ) || exit ${pipeFailures.consumer}; } 4>&1
[ "$produced" = 0 ] || exit ${pipeFailures.producer}`;
}
