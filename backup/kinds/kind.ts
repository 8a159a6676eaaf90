/**
 * How one program's data are saved and restored. All scripts are for a POSIX shell in a container of the program's own
 * image, so they need nothing else, and a password never leaves the container.
 */
export interface Kind {
  /** How the backup's file name ends, without a dot in front. */
  extension: string;
  /** How the data are saved: the program is asked while it runs, or its files are copied while it is held still. */
  save: { way: "asked" | "held"; script: string };
  /**
   * How the data are restored: the program is told while it runs, or its files are put in place while it is stopped.
   * The script reads the backup.
   */
  restore: {
    way: "told" | "placed";
    script: string;
    /** Runs in the container before it is stopped; its output is `$SLIPWAY_ASKED` in the script. */
    ask?: string;
  };
  /** How an empty container is started to try a backup out. */
  scratch: {
    /** Environment variables, none of them secret. */
    env: Record<string, string>;
    /** Exits with 0 once the program takes commands. */
    ready: string;
  };
}

/** A kind whose images are known by their names. */
export interface Known extends Kind {
  /**
   * The last part of an image's name. It excludes exporters and web fronts, whose names begin the same and which are no
   * databases.
   */
  images: RegExp;
  /** The rest of the name must hold this where the last part says little. */
  owner?: RegExp;
}
