/** The files that an application is described by; paths are relative to the project, with forward slashes. */
export interface ProjectFiles {
  /** A file's content; undefined where there is none. */
  bytes(path: string): Uint8Array | undefined;
  /** The files below a folder, with their paths in it; undefined where there is no such folder. */
  list(path: string): string[] | undefined;
  isExecutable(path: string): boolean;
  /**
   * The bundle that holds the content of a path, which is a file or a folder; undefined where there is nothing, and where its files
   * go one by one, as {@link bytes} has them.
   *
   * @param mode in octal, where all its files are to have one
   */
  bundle(path: string, mode?: string): string | undefined;
}
