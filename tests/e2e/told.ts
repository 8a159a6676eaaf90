/** The number of resources that were created, updated, replaced or deleted, by the summary of an update. */
export function changesOf(text: string): number {
  const lines = text.matchAll(/^\s+[-+~]+ (\d+) (?:created|updated|replaced|deleted)$/gm);
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Shows how long a command took, and how it ended where it failed. */
export function shownTime(seconds: number, command: string, code: number): void {
  console.log(`      ${seconds.toFixed(1).padStart(5)} s  ${command}${code === 0 ? "" : `  (ended with ${code})`}`);
}
