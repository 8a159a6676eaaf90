/** A word as a POSIX shell takes it, whatever is in it. */
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
 * A pipe that fails when either side fails: POSIX knows no `pipefail`, and half a backup is none. It ends the script that it
 * stands in.
 *
 * @param producer what writes
 * @param consumer what reads; its output is the pipe's
 * @returns a script that exits with 0, or with one of {@link pipeFailures}
 */
export function piped(producer: string, consumer: string): string {
  return `{ produced=$( { { ( ${producer}
); echo $? >&3; } | ( ${consumer}
) >&4; } 3>&1 ) || exit ${pipeFailures.consumer}; } 4>&1
[ "$produced" = 0 ] || exit ${pipeFailures.producer}`;
}
