import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

/**
 * Gives a setting a value in a stage's own file, as `pulumi config set --path` does in a process of its own: `true`, `false` and whole numbers
 * are what they look like.
 *
 * @param key a path in the `slipway:` namespace, such as `env.WEB_PORT` or `checks[0].run`
 * @param value undefined: the setting goes
 */
export function setInFile(project: string, stage: string, key: string, value: string | undefined): void {
  const file = join(project, `Pulumi.${stage}.yaml`);
  const settings = parseDocument(readFileSync(file, "utf8"));
  const [first = "", ...rest] = key.split(/[.[\]]+/).filter(Boolean);
  const path = ["config", `slipway:${first}`, ...rest.map((part) => (/^\d+$/.test(part) ? Number(part) : part))];
  if (value === undefined) settings.deleteIn(path);
  else settings.setIn(path, typed(value));
  writeFileSync(file, settings.toString());
}

function typed(value: string): string | number | boolean {
  if (value === "true" || value === "false") return value === "true";
  return /^(0|-?[1-9]\d*)$/.test(value) ? Number(value) : value;
}
