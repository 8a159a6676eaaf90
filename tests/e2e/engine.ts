/** How an operation on a stage ended. */
export interface Outcome {
  ok: boolean;
  /** Everything that it told the person who waited. */
  text: string;
  /** Wall time. */
  seconds: number;
}

/** What an update or a destroy did. */
export interface Update extends Outcome {
  /** How many resources were created, updated, replaced or deleted. */
  changes: number;
}

/** One thing that a preview says will change. */
export interface Change {
  /** `create`, `update`, `replace` or `delete`. */
  kind: string;
  /** The resource's type, such as `docker:index/container:Container`. */
  type: string;
  /** The resource's name. */
  name: string;
}

/** What a preview says. */
export interface Preview extends Outcome {
  /** Components, which only group others, are not among them. */
  changes: Change[];
  /** The outputs as they would be; what is not known yet is left out. */
  outputs: Partial<Outputs>;
}

/** What a stage tells of itself. */
export interface Outputs {
  url?: string;
  release: {
    name: string;
    commit: string;
    createdAt: string;
    images: Record<string, { repository: string; digest: string; platform: string }>;
    http?: Record<string, number[]>;
  };
  services: Record<string, { container: string; digest: string }>;
  registry: string;
  tunnel?: { hostnames: string[]; origins: Record<string, string> };
  promotion?: { from: string | null; to: string; changed: string[]; unchanged: string[] };
}

/** One line of an engine's own history. */
export interface Entry {
  kind: string;
  /** `succeeded` or `failed`. */
  result: string;
  /** The settings that the update ran with. */
  config: Record<string, string>;
}

/**
 * What applies a project's program to the machine. The scenarios speak to this interface only, so that any engine can be put
 * through them.
 */
export interface Engine {
  readonly name: string;
  /** Makes a stage known to the engine; its settings file may be there already. */
  init(stage: string): Promise<void>;
  up(stage: string): Promise<Update>;
  preview(stage: string): Promise<Preview>;
  /** A preview that looks at the machine first; not ok where anything differs from what is declared. */
  refreshPreview(stage: string): Promise<Outcome>;
  destroy(stage: string): Promise<Update>;
  outputs(stage: string): Promise<Partial<Outputs>>;
  /** Who the registry of a stage lets in, as the stage tells; undefined where it runs none, or did not come up yet. */
  registryLogin(stage: string): Promise<{ username: string; password: string } | undefined>;
  /** @param key a path in the `slipway:` namespace, such as `env.WEB_PORT` */
  setConfig(stage: string, key: string, value: string, options?: { secret?: boolean }): Promise<void>;
  removeConfig(stage: string, key: string): Promise<void>;
  /** The program, its arguments and what its environment adds, by which an update of a stage is begun elsewhere. */
  upCommand(stage: string): { program: string; args: string[]; env: Record<string, string> };
  /** What a person says after an update was killed, so that the next one may begin. */
  afterKill(stage: string): Promise<void>;
  /** Newest first. */
  history(stage: string): Promise<Entry[]>;
  /** Does some work while nothing can read what the engine keeps of a stage. */
  hiding<T>(stage: string, work: () => Promise<T>): Promise<T>;
  /** The folder in which it keeps what it knows of all stages. */
  readonly stateFolder: string;
  /** The environment that its own commands, and those built on it, are run with. */
  readonly env: Readonly<Record<string, string>>;
  /** Everything that it has told so far, by operation. */
  readonly transcript: { operation: string; text: string }[];
}
