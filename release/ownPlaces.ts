import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, resolve, sep } from "node:path";
import { parse } from "yaml";
import { insideOf } from "./bounds";
import { ignoreLine } from "./ignoreFile";
import { approversFolder, keyFile } from "./signing/keyFiles";

/** What Slipway and its set-up keep in a project's folder: states, keys to machines, a passphrase, the public keys of releases and approvals. */
const folders = [".pulumi-state", ".slipway", ".slipway-runner", keyFile, approversFolder];

/**
 * The files in a project's folder that serve its deployment: states, keys, the passphrase, stack settings. They are no
 * part of the application: they make no release dirty, count for no image, and go to no builder.
 */
export class OwnPlaces {
  /**
   * @param places files and folders, absolute, without links
   * @param settings the folder of the stack settings, absolute, without links
   */
  constructor(
    private readonly places: readonly string[],
    private readonly settings: string,
  ) {}

  /** Whether a path, absolute and without links, is or lies in one of them. */
  isOwn(path: string): boolean {
    return (
      this.places.some((place) => path === place || path.startsWith(place + sep)) ||
      (dirname(path) === this.settings && isStackSettings(basename(path)))
    );
  }

  /**
   * The lines of an ignore file that leave these files out of a context, whether or not they exist.
   *
   * @param context absolute, without links
   * @returns none where none of them can lie in it
   */
  ignoreLines(context: string): string[] {
    const inside = this.places.flatMap((place) => insideOf(context, place) || []);
    const settings = insideOf(context, this.settings);
    const folder = settings === undefined ? undefined : settings === "" ? "/" : `${ignoreLine(settings)}/`;
    return [
      // The second line is for a folder that an earlier exception brings back by name: its content has to be left out
      // again.
      ...inside.map(ignoreLine).flatMap((line) => [line, `${line}/**`]),
      ...(folder === undefined ? [] : ["yaml", "yml"].map((ending) => `${folder}Pulumi.*.${ending}`)),
    ];
  }
}

/**
 * Whether a file holds a stack's settings, by its name. They may differ between stages and change after a release was
 * made.
 */
export function isStackSettings(name: string): boolean {
  return /^Pulumi\..+\.ya?ml$/.test(name);
}

/**
 * Finds a project's own places: the folders of Slipway, the states of Pulumi's file backend and of the embedded runner,
 * the file with the passphrase, and stack settings.
 *
 * @param root the project's folder, absolute
 * @param env the environment of the engine that runs the program
 */
export function ownPlaces(root: string, env: NodeJS.ProcessEnv = process.env): OwnPlaces {
  const project = readProject(root);
  const named = ["PULUMI_CONFIG_PASSPHRASE_FILE", "SLIPWAY_RUNNER_STATE", "PULUMI_HOME"].flatMap(
    (variable) => env[variable] || [],
  );
  const backends = [env["PULUMI_BACKEND_URL"], project.backend?.url, loggedInTo(env)];
  const states = backends.flatMap((url) => stateOf(url, root) ?? []);
  const places = [...folders, ...named, ...states].flatMap((place) => [
    resolve(root, place),
    withoutLinks(resolve(root, place)),
  ]);
  return new OwnPlaces([...new Set(places)], withoutLinks(resolve(root, project.stackConfigDir ?? ".")));
}

interface ProjectFile {
  backend?: { url?: string };
  stackConfigDir?: string;
}

/** The places in Pulumi's project file. (https://www.pulumi.com/docs/iac/concepts/projects/project-file/) */
function readProject(root: string): ProjectFile {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(root, name)).find(existsSync);
  try {
    return ((file && (parse(readFileSync(file, "utf8")) as ProjectFile | null)) || {}) as ProjectFile;
  } catch {
    return {}; // Pulumi itself says what is wrong with it.
  }
}

/** The backend that `pulumi login` recorded. */
function loggedInTo(env: NodeJS.ProcessEnv): string | undefined {
  const home = env["PULUMI_CREDENTIALS_PATH"] ?? env["PULUMI_HOME"] ?? join(env["HOME"] ?? homedir(), ".pulumi");
  try {
    return (JSON.parse(readFileSync(join(home, "credentials.json"), "utf8")) as { current?: string }).current;
  } catch {
    return undefined;
  }
}

/**
 * The place of a project's state in a file backend. A folder of its own counts as a whole, because the passphrase may
 * lie beside the state; in a folder that holds the project, only Pulumi's part counts.
 */
function stateOf(url: string | undefined, root: string): string | undefined {
  if (!url?.startsWith("file://")) return undefined;
  const path = url.slice("file://".length).replace(/\?.*$/, "");
  const folder = withoutLinks(resolve(root, decoded(path).replace(/^~/, homedir())));
  return insideOf(folder, root) === undefined ? folder : join(folder, ".pulumi");
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

function withoutLinks(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
