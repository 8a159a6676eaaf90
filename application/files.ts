/** The files that describe an application; paths are relative to the project, with forward slashes. */
export interface ProjectFiles {
  /** A file's content; undefined where there is none. */
  bytes(path: string): Uint8Array | undefined;
  /** The files below a folder, with their paths in it; undefined where there is no such folder. */
  list(path: string): string[] | undefined;
  isExecutable(path: string): boolean;
  /** Whether a commit holds anything at a path, or below it, that is more than the mark of an empty folder. */
  holds(path: string): boolean;
  /** What there is at a path in the work tree; undefined: nothing, or something else. */
  kindOf(path: string): "file" | "folder" | undefined;
  /**
   * The bundle with the content of a path, a file or a folder; undefined where the path does not exist, and where
   * {@link bytes} gives its files one by one.
   *
   * @param mode the mode of all its files, in octal; undefined: each keeps its own
   */
  bundle(path: string, mode?: string): string | undefined;
}
