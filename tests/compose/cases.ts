import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { FileSource, LoadOptions } from "../../compose/load";

/** A folder of `cases/`: compose files, and what is to come of them. */
export interface Case {
  name: string;
  folder: string;
  /** Compose files in the order of merging, relative to the folder. */
  files: string[];
  env?: Record<string, string>;
  profiles?: string[];
  /** For files that are to be refused: every problem as a line of the error's message. */
  refused?: string[];
  /** Why the reference accepts what is refused here, or refuses what is accepted. */
  differs?: string;
}

/** The project's name in every case. */
export const projectName = "demo";

const root = join(__dirname, "cases");

/** Stands in expected.json for the absolute path of the case's folder. */
const placeholder = "<case>";

/** Every case, by name. */
export const cases: Case[] = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => {
    const folder = join(root, name);
    return {
      name,
      folder,
      ...(JSON.parse(readFileSync(join(folder, "case.json"), "utf8")) as Omit<Case, "name" | "folder">),
    };
  });

/** What the reference printed when it was last asked, with paths as the loader has them and `$$` as the `$` that it stands for. */
export function expected(folder: string): unknown {
  return asLoaded(JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")), placeholder);
}

/** How the loader is asked for a case. */
export function optionsOf({ folder, files, env = {}, profiles }: Omit<Case, "name">): LoadOptions {
  return {
    files,
    source: folderSource(folder),
    env: { HOME: "/home/someone", ...env },
    projectName,
    ...(profiles ? { profiles } : {}),
  };
}

/** The files of a folder. */
export function folderSource(folder: string): FileSource {
  return {
    read(path) {
      const file = path.startsWith("/") ? path : join(folder, path);
      try {
        return readFileSync(file, "utf8");
      } catch {
        return undefined;
      }
    },
  };
}

/** What the reference says to a case: its output, or that it refuses it and how. */
export type Answer = { config: unknown } | { refusal: string };

/** Asks `docker compose config`. */
export function askReference({ folder, files, env = {}, profiles = [] }: Omit<Case, "name">): Answer {
  const [program, ...leading] = reference();
  const named = files.flatMap((file) => ["--file", join(folder, file)]);
  const active = profiles.flatMap((profile) => ["--profile", profile]);
  try {
    const output = execFileSync(
      program,
      [...leading, "--project-name", projectName, ...named, ...active, "config", "--format", "json"],
      {
        encoding: "utf8",
        env: { PATH: process.env.PATH, HOME: "/home/someone", ...env },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    return { config: JSON.parse(output) };
  } catch (error) {
    return { refusal: String((error as { stderr?: unknown }).stderr ?? error) };
  }
}

let found: [program: string, ...leading: string[]] | undefined;

/**
 * What runs `docker compose`: the plugin itself where `docker` tells where it is, for a hundred questions of half the
 * time. A plugin answers without `docker` as it does through it (https://docs.docker.com/compose/install/standalone/).
 */
function reference(): [program: string, ...leading: string[]] {
  if (found === undefined) {
    const template = '{{range .ClientInfo.Plugins}}{{if eq .Name "compose"}}{{.Path}}{{end}}{{end}}';
    const { stdout } = spawnSync("docker", ["info", "--format", template], { encoding: "utf8" });
    const plugin = stdout.trim();
    found = existsSync(plugin) ? [plugin] : ["docker", "compose"];
  }
  return found;
}

/** Why the reference cannot be asked here; undefined when it can. */
export function referenceMissing(): string | undefined {
  try {
    const version = execFileSync("docker", ["compose", "version", "--short"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return /^v?2\./.test(version) ? undefined : `docker compose is ${version.trim()}, not version 2`;
  } catch {
    return "docker compose is not installed";
  }
}

/** The reference's output as it is recorded. */
export function asRecorded(config: unknown, folder: string): string {
  const text = JSON.stringify(config, null, 2);
  return `${text.replaceAll(JSON.stringify(folder).slice(1, -1), placeholder)}\n`;
}

/** The reference's output as the loader has it: paths relative to `folder`, `$` for `$$`. */
export function asLoaded(value: unknown, folder: string): unknown {
  if (typeof value === "string") return textAsLoaded(value.replaceAll("$$", "$"), folder);
  if (Array.isArray(value)) return value.map((element) => asLoaded(element, folder));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, element]) => [key.replaceAll("$$", "$"), asLoaded(element, folder)]),
  );
}

function textAsLoaded(text: string, folder: string): string {
  if (text === folder) return ".";
  return text.startsWith(`${folder}/`) ? text.slice(folder.length + 1) : text;
}

/** The loader's configuration without the extensions that the reference leaves out. */
export function asPrinted(config: object): object {
  const withoutExtensions = (value: object): object =>
    Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("x-")));
  const sections = ["services", "networks", "volumes", "secrets", "configs"];
  return Object.fromEntries(
    Object.entries(config).map(([key, section]: [string, Record<string, object>]) => {
      if (!sections.includes(key)) return [key, section];
      return [
        key,
        Object.fromEntries(Object.entries(section).map(([name, value]) => [name, withoutExtensions(value)])),
      ];
    }),
  );
}

/** Whether the reference's answer to a case was recorded. */
export function isRecorded(folder: string): boolean {
  return existsSync(join(folder, "expected.json"));
}
