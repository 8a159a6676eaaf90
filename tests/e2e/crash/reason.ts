/** What an update says why it failed: its first own words, behind those of providers about a command or a line of theirs. */
export function reasonIn(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const at = lines.findIndex((line) => /error: /.test(line) && !/error: (update|preview) failed/.test(line));
  const said = lines.slice(Math.max(at, 0)).find((line) => !/exit status \d+: running|\.go:\d+: \S+: *$|^$/.test(line));
  const words = (said ?? "it failed").replace(/^.*?error: /, "").replace(/^\s*\S+\.go:\d+: [\w.]+: /, "");
  return words.length > 140 ? `${words.slice(0, 140)} …` : words;
}
