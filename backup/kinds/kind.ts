/**
 * How one program's data are saved and brought back. All scripts are for a POSIX shell inside a container of the program's own
 * image, so that nothing else has to be there, and a password never leaves the container.
 */
export interface Kind {
  /** How the backup's file name ends, without a dot in front. */
  extension: string;
  /** How it is saved: asked while it runs, or its files copied while it is held still. */
  save: { way: "asked" | "held"; script: string };
  /** How it is brought back: told while it runs, or its files put in place while it is stopped. Reads the backup. */
  restore: {
    way: "told" | "placed";
    script: string;
    /** Run in the container before it is stopped; what it prints is `$SLIPWAY_ASKED` for the script. */
    ask?: string;
  };
  /** How an empty container of it is started to try a backup out. */
  scratch: {
    /** Environment variables, none of them secret. */
    env: Record<string, string>;
    /** Exits with 0 once it takes commands. */
    ready: string;
  };
}

/** A kind whose images are known by their names. */
export interface Known extends Kind {
  /** The last part of an image's name. An exporter or a web front of the same name begins the same and is no database. */
  images: RegExp;
  /** What the whole of the name must hold besides, where its last part says little. */
  owner?: RegExp;
}
