import type { BlankVariable } from "./interpolate";
import { type EnvEntry, EnvFileError, readEnvFile, readRawEnvFile } from "./dotenv";
import type { Problems } from "./problems";
import type { Lookup } from "./template";
import type { Path, Position } from "./tree";

/** Where the loader reads files from. */
export interface FileSource {
  /**
   * The text of a file; undefined where there is no such file. Paths are POSIX, normalized, and relative to a root of
   * the caller's choice; they may begin with `../` or be absolute.
   */
  read(path: string): string | undefined;
}

/** The role in which a file was read. */
export type FileRole = "compose" | "extends" | "include" | "dotenv" | "env_file" | "label_file";

/** A file that was read while loading. */
export interface FileUse {
  path: string;
  role: FileRole;
}

/** The variables that templates are filled from. */
export type Environment = ReadonlyMap<string, string>;

/** The state that one load shares from its first file to its last. */
export class Session {
  readonly filesRead: FileUse[] = [];
  readonly blanks: BlankVariable[] = [];
  /** Whether a file, or a part of one, could not be read: then what others say of it would be taken for wrong. */
  lacksFiles = false;

  constructor(
    readonly problems: Problems,
    /** Replaces `~`; undefined: it is unknown. */
    readonly home: string | undefined,
    private readonly source: FileSource,
  ) {}

  /** The text of a file, noted as read; undefined when there is no such file. */
  read(path: string, role: FileRole): string | undefined {
    const text = this.source.read(path);
    if (text !== undefined && !this.filesRead.some((use) => use.path === path && use.role === role)) {
      this.filesRead.push({ path, role });
    }
    return text;
  }

  /** The entries of an env file; undefined where there is no such file. Its problems are added to the session's. */
  readEnvFile(
    path: string,
    role: FileRole,
    lookup: Lookup,
    { earlier, raw = false }: { earlier?: Lookup; raw?: boolean } = {},
  ): EnvEntry[] | undefined {
    const text = this.read(path, role);
    if (text === undefined) return undefined;
    try {
      return raw ? readRawEnvFile(text, lookup) : readEnvFile(text, lookup, earlier);
    } catch (error) {
      if (!(error instanceof EnvFileError)) throw error;
      this.problems.add({ file: path, line: error.line, column: error.column }, [], error.message);
      return [];
    }
  }

  /** Reports that a file is missing which `path` (in a compose file, at `at`) names. */
  missing(file: string, at: Position, path: Path): void {
    this.problems.add(at, path, `there is no file ${file}`);
  }
}

/**
 * `environment` with further variables from env files, which may use `environment` and each other; its own variables
 * win.
 */
export function withEnvFiles(environment: Environment, entries: readonly EnvEntry[]): Environment {
  const all = new Map(entries.map((entry) => [entry.name, entry.value]));
  for (const [name, value] of environment) all.set(name, value);
  return all;
}
