/** What an update says why it failed: the first own words in its closing account, behind those of providers about a command of theirs. */
export function reasonIn(text: string): string {
  const [, account = text] = text.split(/^Diagnostics:$/m);
  const [diagnostics = ""] = account.split(/^(?:Outputs|Resources|Duration):/m);
  const lines = diagnostics.split("\n").map((line) => line.trim());
  const at = lines.findIndex((line) => /error: /.test(line) && !idle.test(line));
  const all = lines.slice(Math.max(at, 0)).filter((line) => !foreign.test(line) && !idle.test(line));
  // A step says what it does as it goes, and why it failed in a sentence; an engine or a provider in the very line of its error.
  const said = all.find((line) => /^[A-Z]|error: /.test(line)) ?? all[0];
  const words = (said ?? "it failed").replace(/^.*?error: /, "").replace(/^\s*\S+\.go:\d+: [\w.]+: /, "");
  return words.length > 140 ? `${words.slice(0, 140)} …` : words;
}

/** Says nothing of the reason. */
const idle = /^$|error: (update|preview) failed/;
/** Announces a reason, in the words of a provider or of Pulumi. */
const foreign =
  /exit status \d+: running|\.go:\d+: \S+: *$|^\S+ \(\S+\):$|error inspecting container state|error: \d+ error occurred/;
