import { checkConsistency } from "./consistency";
import { loadDocuments } from "./documents";
import { type UnresolvedService, resolveFiles } from "./environment";
import { finishDocument } from "./finish";
import type { BlankVariable } from "./interpolate";
import type { ComposeConfig } from "./model";
import { normalize } from "./normalize";
import { folderOf, joinPath } from "./paths";
import { ComposeError, type Places, type Problem, Problems, inOrder } from "./problems";
import { prune } from "./prune";
import { type Environment, type FileSource, type FileUse, Session, withEnvFiles } from "./session";
import { decodeProject } from "./shape/project";
import { type Path, type Position, isDict, nearestOrigin, originOf, remove, writtenPath } from "./tree";

export { ComposeError, type Problem, formatProblem } from "./problems";
export type { FileRole, FileSource, FileUse } from "./session";
export type { BlankVariable } from "./interpolate";
export type { Path, Position } from "./tree";

/** Inputs of {@link loadCompose}. */
export interface LoadOptions {
  /** Compose files, merged in order; the first one's folder is the project's, which relative paths start from. */
  files: readonly string[];
  source: FileSource;
  /** Fills `${…}`; wins over the `.env` file beside the first compose file. `HOME` replaces `~`. */
  env: Readonly<Record<string, string>>;
  /** Replaces `~` where `env` has no `HOME`. */
  home?: string;
  /** Names networks and volumes (`<name>_default`): lower-case letters, digits, dashes, underscores. */
  projectName: string;
  /** Active profiles (`*` for all); where the list is empty, those of the variable COMPOSE_PROFILES. */
  profiles?: readonly string[];
  /** Profiles that are active in addition. */
  alwaysActive?: readonly string[];
}

/** A value that variables filled. */
export interface Interpolation {
  /** Its place in `Loaded.config`: the filled key, or the nearest one around it that is still there. */
  path: Path;
  /** The variables that were looked up for it, set or not. */
  variables: readonly string[];
}

/** A loaded application. */
export interface Loaded extends Places {
  /**
   * The application in canonical form. It equals the output of `docker compose config --format json` for the same
   * files, with two exceptions: a plain `$`, which is `$$` there, and the extensions of services and the like
   * (model.ts).
   */
  config: ComposeConfig;
  /** Services that are defined but not active, by name, sorted. */
  inactive: string[];
  /** The profiles of these, sorted: naming one would make a service active. */
  inactiveProfiles: string[];
  /** Every file that was read, in order. */
  filesRead: FileUse[];
  interpolations: Interpolation[];
  /** Variables without a value or a default; each left a blank. */
  blanks: BlankVariable[];
  /** The variables as filled in: `env` over the `.env` file. Secrets and configs with `environment` take theirs from here. */
  environment: Readonly<Record<string, string>>;
}

/** An application as far as its files can be read, and every problem that they have. */
export interface Reading {
  /** Undefined where nothing can be made of the files. With problems it may lack what they are about. */
  loaded?: Loaded;
  problems: readonly Problem[];
}

/**
 * Reads compose files into one application by the Compose Specification. It is independent of process and engine: it
 * reads only the files of `source` and the variables of `env`.
 *
 * @throws ComposeError with every problem
 */
export function loadCompose(options: LoadOptions): Loaded {
  const { loaded, problems } = readCompose(options);
  if (!loaded || problems.length > 0) throw new ComposeError(problems);
  return loaded;
}

/** The same without an end at problems: more may be wrong with what can be read all the same. */
export function readCompose(options: LoadOptions): Reading {
  const problems = new Problems();
  try {
    const loaded = read(options, problems);
    return { loaded, problems: inOrder(problems.list) };
  } catch (error) {
    if (error instanceof ComposeError) return { problems: error.problems };
    // What is wrong with a file may lead the rest astray: it is told, and not where that ends.
    if (problems.list.length > 0) return { problems: inOrder(problems.list) };
    throw error;
  }
}

function read(options: LoadOptions, problems: Problems): Loaded {
  const session = new Session(problems, options.env.HOME ?? options.home, options.source);
  const [first] = options.files;
  checkOptions(options, problems);
  const folder = folderOf(first as string);
  const environment = readEnvironment(options, folder, session);
  const files = options.files.map((path) => ({ path }));
  const document = loadDocuments(files, "compose", { folder, environment, chain: [] }, session);
  if (session.lacksFiles) problems.throwIfAny();
  if (Object.keys(document).length === 0) problems.add(nowhere(options), [], "nothing is in it: write services");
  if (Object.keys(document).length === 0) problems.throwIfAny();
  finishDocument(document, folder, environment, session);
  normalize(document, options.projectName, environment);
  const config = decodeProject(document, first as string, problems);
  const { inactive, inactiveProfiles } = deactivate(config, activeProfiles(options, environment));
  checkConsistency({ config, inactive: new Set(inactive) }, first as string, problems);
  for (const [name, service] of Object.entries(config.services)) {
    resolveFiles(name, service as UnresolvedService, environment, session);
  }
  prune(config);
  return {
    config,
    inactive,
    inactiveProfiles,
    filesRead: session.filesRead,
    interpolations: interpolationsOf(config),
    blanks: session.blanks,
    environment: Object.fromEntries(environment),
    where: (path) => nearestOrigin(config, path)?.at,
    written: (path) => writtenPath(config, path),
  };
}

function checkOptions(options: LoadOptions, problems: Problems): void {
  const { files, projectName } = options;
  if (files.length === 0) problems.add(nowhere(options), [], "there is no compose file to read: name at least one");
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(projectName)) {
    const reason = `"${projectName}" is no project name: use lower-case letters, digits, dashes and underscores`;
    problems.add(nowhere(options), [], reason);
  }
  problems.throwIfAny();
}

function nowhere({ files }: LoadOptions): Position {
  return { file: files[0] ?? "compose", line: 0, column: 0 };
}

function readEnvironment(options: LoadOptions, folder: string, session: Session): Environment {
  const given = new Map(Object.entries(options.env));
  const off = /^(?:1|t|true)$/i.test(given.get("COMPOSE_DISABLE_ENV_FILE") ?? "");
  const file = joinPath(folder, ".env");
  const entries = off ? [] : (session.readEnvFile(file, "dotenv", (name) => given.get(name)) ?? []);
  const environment = new Map(withEnvFiles(given, entries));
  environment.set("COMPOSE_PROJECT_NAME", options.projectName);
  return environment;
}

function activeProfiles(
  { profiles = [], alwaysActive = [] }: LoadOptions,
  environment: Environment,
): readonly string[] {
  if (profiles.length > 0) return [...profiles, ...alwaysActive];
  const chosen = (environment.get("COMPOSE_PROFILES") ?? "").split(",").map((profile) => profile.trim());
  return [...chosen, ...alwaysActive];
}

/** Removes the services without an active profile from the application; returns their names and profiles, sorted. */
function deactivate(config: ComposeConfig, active: readonly string[]): Pick<Loaded, "inactive" | "inactiveProfiles"> {
  const inactive = Object.entries(config.services).filter(([, { profiles = [] }]) => {
    return profiles.length > 0 && !active.includes("*") && !profiles.some((profile) => active.includes(profile));
  });
  for (const [name] of inactive) remove(config.services, name);
  const profiles = new Set(inactive.flatMap(([, { profiles: own = [] }]) => own));
  return { inactive: inactive.map(([name]) => name).sort(), inactiveProfiles: [...profiles].sort() };
}

function interpolationsOf(config: ComposeConfig): Interpolation[] {
  const found: Interpolation[] = [];
  const walk = (container: object, path: Path): void => {
    for (const [name, value] of Object.entries(container)) {
      const key = Array.isArray(container) ? Number(name) : name;
      const variables = originOf(container, key)?.variables;
      if (variables) found.push({ path: [...path, key], variables });
      if (Array.isArray(value) || isDict(value)) walk(value, [...path, key]);
    }
  };
  walk(config, []);
  return found;
}
