import { readApplication, type ReadApplication, type Description } from "../../plan/application";
import { checkSettings } from "../../settings/settings";
import type { Service } from "../../compose/model";
import type { WorkFiles } from "../../release/files";

/** A project's files that are in memory only: path → content. */
export class MemoryFiles implements WorkFiles {
  readonly root = "/project";

  /** @param executable the paths that may be executed */
  constructor(
    private readonly files: Readonly<Record<string, string>>,
    private readonly executable: readonly string[] = [],
  ) {}

  bytes(path: string): Uint8Array | undefined {
    const text = this.files[path];
    return text === undefined ? undefined : Buffer.from(text);
  }

  list(path: string): string[] | undefined {
    const held = Object.keys(this.files).filter((file) => file.startsWith(`${path}/`));
    return held.length > 0 ? held.map((file) => file.slice(path.length + 1)).sort() : undefined;
  }

  isExecutable(path: string): boolean {
    return this.executable.includes(path);
  }

  bundle(): undefined {
    return undefined;
  }

  holds(path: string): boolean {
    return path in this.files || this.list(path) !== undefined;
  }

  kindOf(path: string): "file" | "folder" | undefined {
    return path in this.files ? "file" : this.list(path) && "folder";
  }

  has(path: string): boolean {
    return path in this.files;
  }

  isTracked(path: string): boolean {
    return this.has(path);
  }

  checkOwn(): void {
    // Nothing in memory is large.
  }

  absolute(path: string): string {
    return `${this.root}/${path}`;
  }
}

/** The settings of an edge without HTTPS. */
export const { edge: plainEdge } = checkSettings({ compose: "compose.yaml" });

/** Reads an application whose files are in memory; `compose.yaml` is the release's, unless told otherwise. */
export function applicationOf(
  files: Record<string, string>,
  description: Partial<Description> = {},
  executable: string[] = [],
): ReadApplication {
  const memory = new MemoryFiles(files, executable);
  return readApplication(
    {
      project: "shop",
      stage: "staging",
      compose: ["compose.yaml"],
      overlay: [],
      env: {},
      secretEnv: [],
      generated: [],
      edge: plainEdge,
      ...description,
    },
    memory,
    memory,
  );
}

/**
 * A service as the compose file has it, beside a few networks and volumes that it may name.
 *
 * @param section what the service says, besides its image
 */
export function serviceWith(section: string): Service {
  const text = `
services:
  app:
    image: app:1
    ${section.replaceAll("\n", "\n    ")}
networks: { front: , back: }
volumes: { data: , files: }`;
  return applicationOf({ "compose.yaml": text }).config.services["app"] as Service;
}
