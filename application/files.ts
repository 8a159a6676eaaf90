/** The files that describe an application; paths are relative to the project, with forward slashes. */
export interface ProjectFiles {
  /** A file's content; undefined where there is none. */
  bytes(path: string): Uint8Array | undefined;
  /** The files below a folder, with their paths in it; undefined where there is no such folder. */
  list(path: string): string[] | undefined;
  isExecutable(path: string): boolean;
  /**
   * The bundle with the content of a path, a file or a folder; undefined where the path does not exist, and where
   * {@link bytes} gives its files one by one.
   *
   * @param mode the mode of all its files, in octal; undefined: each keeps its own
   */
  bundle(path: string, mode?: string): string | undefined;
}
