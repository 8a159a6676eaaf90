import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { SettingsError } from "./problems";
import { namespace } from "./schema";

/** The part of a stack's settings file under `config`. */
export type Config = Record<string, unknown>;

/** Every stack's settings file of the project, as `config` maps by stack name. */
export function settingsFiles(directory: string): Record<string, Config> {
  const found: Record<string, Config> = {};
  if (!existsSync(directory)) {
    return found;
  }
  for (const file of readdirSync(directory)) {
    const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];
    if (stack) {
      // Pulumi itself reports a broken file of the stack at hand; another stack's must not stop this one.
      found[stack] = readConfig(join(directory, file)) ?? {};
    }
  }
  return found;
}

/**
 * The settings of one stack, as its file has them; none where there is no file.
 *
 * @throws SettingsError where the file cannot be read: without it, the update might work on another machine
 */
export function settingsOf(directory: string, stack: string): Config {
  const name = ["yaml", "yml"]
    .map((ending) => `Pulumi.${stack}.${ending}`)
    .find((file) => existsSync(join(directory, file)));
  if (name === undefined) return {};
  try {
    return configIn(join(directory, name)) ?? {};
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new SettingsError(`${name} cannot be read: ${reason}`);
  }
}

function readConfig(file: string): Config | undefined {
  try {
    return configIn(file);
  } catch {
    return undefined;
  }
}

function configIn(file: string): Config | undefined {
  return (parse(readFileSync(file, "utf8")) as { config?: Config } | null)?.config;
}

/** The settings of the project's other stages, with their names. */
export function others(files: Record<string, Config>, stage: string): [string, Config][] {
  return Object.entries(files).filter(([name]) => name !== stage);
}

/** A value where it is a text, else undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The variables of `slipway:env` in plain text, by name; secrets are left out. */
export function plainEnv(config: Config): Record<string, string> {
  const env = config[`${namespace}:env`];
  if (typeof env !== "object" || env === null) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(env)
      .filter(([, value]) => typeof value !== "object")
      .map(([name, value]) => [name, String(value)]),
  );
}

/**
 * The names of the variables that hold secrets. Pulumi tells only that an object holds a secret somewhere; the settings
 * file says which of its values is one. Without such a file, every value counts as secret.
 *
 * @param config the stack's settings, as its file has them
 * @param names of all variables in `slipway:env`
 */
export function secretNames(config: Config | undefined, names: string[]): string[] {
  const env = config?.[`${namespace}:env`];
  if (typeof env !== "object" || env === null || "secure" in env) {
    return names;
  }
  const values = env as Record<string, unknown>;
  const secret = names.filter((name) => !(name in values) || typeof values[name] === "object");
  return secret.length > 0 ? secret : names;
}
