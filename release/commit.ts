import { createHash } from "node:crypto";
import { existsSync, readlinkSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { insideOf } from "./bounds";
import { git, type WorkTree } from "./git";
import { Hashes } from "./hashes";
import { entryAt } from "./trace";

/** A file or folder that enters a release: its path is absolute, and none of the folders in it is a link. */
export interface Entering {
  path: string;
  kind: "file" | "link" | "directory" | "pipe";
  executable?: boolean;
}

/** A file or folder that differs from the commit. */
export interface Lacking {
  /** Absolute. A repository whose whole content is missing from the commit is named once for all of it. */
  path: string;
  /** The reason, as a part of a sentence; undefined: it is simply changed or uncommitted. */
  reason?: string;
}

/** A file of a commit. */
interface Entry {
  mode: string;
  id: string;
}

/** A git repository's work tree. */
interface Repository {
  top: string;
  /** Its own entries, without those of repositories within. */
  entries: Map<string, Entry>;
  /** Why its content is missing from the release's commit; undefined: it is there. */
  reason?: string;
  /** Whether its file system knows which files may be executed. */
  knowsExecutable: boolean;
  /** Whether the environment may say where git's own files are. */
  byEnvironment: boolean;
}

const links = "120000";
const submodules = "160000";
const executables = "100755";

/**
 * The content of a commit, file by file, with its submodules. Every file is compared with the commit itself. Git's own
 * status would not do: it reports a submodule or a nested repository as one entry, follows the flags assume-unchanged
 * and skip-worktree and the settings of the work tree, and takes a link for the name of its target.
 */
export class Commit {
  private readonly repositories = new Map<string, Promise<Repository>>();

  constructor(
    private readonly tree: WorkTree,
    private readonly hashes: Hashes = new Hashes(),
  ) {}

  /** The files that differ from the commit, in a stable order. */
  async lacks(entering: readonly Entering[]): Promise<Lacking[]> {
    const lacking: Lacking[] = [];
    const compared = new Map<Repository, { entering: Entering; entry: Entry }[]>();
    for (const one of entering) {
      if (one.kind === "directory") continue; // Git holds no folders.
      const repository = await this.around(one.path);
      if (!repository) {
        lacking.push({ path: one.path, reason: "outside of the git work tree" });
      } else if (repository.reason !== undefined) {
        lacking.push({ path: repository.top + sep, reason: repository.reason });
      } else if (!isGitsOwn(repository, one.path)) {
        const entry = repository.entries.get(inRepository(repository, one.path));
        const reason = differs(one, entry, repository);
        if (reason !== undefined || !entry) lacking.push({ path: one.path, ...(reason ? { reason } : {}) });
        else compared.set(repository, [...(compared.get(repository) ?? []), { entering: one, entry }]);
      }
    }
    for (const [repository, files] of compared) lacking.push(...(await changed(repository, files, this.hashes)));
    return unique(lacking);
  }

  /**
   * The files that the commit holds below a folder, missing ones and submodules included.
   *
   * @param folder absolute, without links
   * @returns their absolute paths; of a submodule that is not checked out its folder, with a slash at the end
   */
  async below(folder: string): Promise<string[]> {
    const repository = await this.around(join(folder, "any"));
    return repository ? this.filesOf(repository, folder) : [];
  }

  /**
   * The files that git ignores.
   *
   * @param paths absolute, without links in them
   */
  async ignored(paths: readonly string[]): Promise<Set<string>> {
    const groups = new Map<string, string[]>();
    for (const path of paths) {
      const top = topAround(path, this.tree.top);
      if (top !== undefined) groups.set(top, [...(groups.get(top) ?? []), path]);
    }
    const found = new Set<string>();
    for (const [top, group] of groups) {
      const outer = top === this.tree.top ? undefined : topAround(top, this.tree.top);
      // A folder that git ignores may be a repository of its own.
      const isHidden = outer !== undefined && (await this.ignoredIn(outer, [top])).length > 0;
      (isHidden ? group : await this.ignoredIn(top, group)).forEach((path) => found.add(path));
    }
    return found;
  }

  private ignoredIn(top: string, paths: string[]): Promise<string[]> {
    return ignoredIn(top, paths, top === this.tree.top);
  }

  private async around(path: string): Promise<Repository | undefined> {
    const top = topAround(path, this.tree.top);
    // A repository outside of the work tree is no part of the commit.
    if (top === undefined || insideOf(this.tree.top, top) === undefined) return undefined;
    let repository = this.repositories.get(top);
    if (!repository) {
      repository = this.read(top);
      this.repositories.set(top, repository);
    }
    return repository;
  }

  private async read(top: string): Promise<Repository> {
    if (top === this.tree.top) return readRepository(top, this.tree.head, true);
    const outer = (await this.around(top)) as Repository;
    if (outer.reason !== undefined) return nothingOf(top, outer.reason);
    const entry = outer.entries.get(inRepository(outer, top));
    const isSubmodule = entry?.mode === submodules;
    const found = await workTreeAt(top).catch((error: unknown) => {
      if (isSubmodule) throw error;
      return undefined;
    });
    // A folder .git that git does not take for a repository is an ordinary folder.
    if (found && found.top !== top) return outer;
    if (!isSubmodule) return nothingOf(top, "a git repository of its own, which is no submodule of the commit");
    if (!found || entry.id !== found.head) {
      return nothingOf(
        top,
        "a submodule at another commit than the one that is committed: git submodule update, or git add and commit",
      );
    }
    return readRepository(top, found.head, false);
  }

  private async filesOf(repository: Repository, folder: string): Promise<string[]> {
    if (repository.reason !== undefined) return [];
    const files: string[] = [];
    for (const [path, { mode }] of repository.entries) {
      const place = join(repository.top, path);
      if (insideOf(folder, place) === undefined) continue;
      if (mode !== submodules) files.push(place);
      else if (!existsSync(join(place, ".git"))) files.push(place + sep);
      else files.push(...(await this.filesOf((await this.around(join(place, "any"))) ?? repository, place)));
    }
    return files;
  }
}

/** The top of the innermost work tree around a path; a folder that is a repository lies in the one around it. */
function topAround(path: string, main: string): string | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (folder === main || existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The work tree that git sees at a folder, and its commit. */
async function workTreeAt(folder: string): Promise<{ top: string; head: string }> {
  const [top = "", head = ""] = (await git(folder, ["rev-parse", "--show-toplevel", "HEAD"])).trim().split("\n");
  return { top, head };
}

async function readRepository(top: string, head: string, byEnvironment: boolean): Promise<Repository> {
  const listed = await git(top, ["ls-tree", "-r", "-z", "--full-tree", head], { byEnvironment });
  const entries = listed.split("\0").filter(Boolean);
  return {
    top,
    entries: new Map(
      entries.map((line) => {
        const [mode = "", , id = ""] = line.slice(0, line.indexOf("\t")).split(" ");
        return [line.slice(line.indexOf("\t") + 1), { mode, id }];
      }),
    ),
    knowsExecutable: knowsExecutable(top),
    byEnvironment,
  };
}

/** Some file systems show every file as executable; git's own files never are where the mark means something. */
function knowsExecutable(top: string): boolean {
  const own = [join(top, ".git", "HEAD"), join(top, ".git")].map(entryAt).find((found) => found?.isFile());
  return own === undefined || (own.mode & 0o111) === 0;
}

function nothingOf(top: string, reason: string): Repository {
  return { top, entries: new Map(), reason, knowsExecutable: true, byEnvironment: false };
}

/** Why a file differs from its entry, as far as that shows without its content; undefined: it does not show. */
function differs(one: Entering, entry: Entry | undefined, repository: Repository): string | undefined {
  if (!entry) return undefined;
  if ((entry.mode === links) !== (one.kind === "link")) {
    return entry.mode === links ? "committed as a link" : `a ${one.kind} in the place of what is committed`;
  }
  if (entry.mode === submodules || one.kind === "pipe") return `a ${one.kind} in the place of what is committed`;
  if (one.kind === "file" && repository.knowsExecutable && (entry.mode === executables) !== (one.executable ?? false)) {
    return one.executable ? "executable here, and not in the commit" : "executable in the commit, and not here";
  }
  return undefined;
}

/** The files whose content differs from the commit's, also after git's filters (line ends, large files). */
async function changed(
  { top, byEnvironment }: Repository,
  files: { entering: Entering; entry: Entry }[],
  hashes: Hashes,
): Promise<Lacking[]> {
  const others: { entering: Entering; entry: Entry }[] = [];
  for (const file of files) {
    if (idOf(file.entering, file.entry.id.length, hashes) !== file.entry.id) others.push(file);
  }
  const suspects = others.filter(({ entering }) => entering.kind === "file");
  const filtered = await filteredIds(
    top,
    suspects.map(({ entering }) => entering.path),
    byEnvironment,
  );
  const same = new Set(suspects.filter(({ entry }, index) => filtered[index] === entry.id));
  return others.filter((file) => !same.has(file)).map(({ entering: { path } }) => ({ path }));
}

/** The id that git gives a file's content as it is, or a link's target. */
function idOf({ path, kind }: Entering, length: number, hashes: Hashes): string {
  const algorithm = length === 64 ? "sha256" : "sha1";
  if (kind !== "link") return hashes.gitId(path, algorithm);
  const target = readlinkSync(path, { encoding: "buffer" });
  return createHash(algorithm).update(`blob ${target.length}\0`).update(target).digest("hex");
}

/** The ids that git would give files at a commit. Where a filter fails, a file's is empty, which means unknown. */
async function filteredIds(top: string, paths: string[], byEnvironment: boolean): Promise<string[]> {
  if (paths.length === 0) return [];
  const ask = async (some: string[]): Promise<string[]> =>
    (await git(top, ["hash-object", "--stdin-paths"], { input: some.map(asLine).join(""), byEnvironment }))
      .trim()
      .split("\n");
  try {
    return await ask(paths.map((path) => relative(top, path)));
  } catch {
    if (paths.length === 1) return [""];
    const each: string[] = [];
    for (const path of paths) each.push(...(await filteredIds(top, [path], byEnvironment)));
    return each;
  }
}

/** A path as `--stdin-paths` reads it: in quotes where a character of it would end the line. */
function asLine(path: string): string {
  const escaped = path.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`);
  return path.includes("\n") || path.startsWith('"') ? `"${escaped}"\n` : `${path}\n`;
}

async function ignoredIn(top: string, paths: string[], byEnvironment: boolean): Promise<string[]> {
  // git ends with 1 where it ignores none of them.
  const said = await git(top, ["check-ignore", "-z", "--stdin"], {
    input: paths.map((path) => `${path}\0`).join(""),
    alsoGood: [1],
    byEnvironment,
  });
  return said.split("\0").filter(Boolean);
}

function inRepository({ top }: Repository, path: string): string {
  return insideOf(top, path) ?? path;
}

function isGitsOwn({ top }: Repository, path: string): boolean {
  return path === join(top, ".git") || path.startsWith(join(top, ".git") + sep);
}

function unique(lacking: Lacking[]): Lacking[] {
  const byPath = new Map(lacking.map((one) => [one.path, one]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
