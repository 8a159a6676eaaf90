import type { Holder } from "../docker/holders/holder";
import type { SshMachine } from "./ssh/host";
import type { PlannedVm } from "./vm/planned";

/** The machine that a stage runs on, as its plan has it: how it is reached, in plain data. */
export interface Machine {
  /** What people call it, in a sentence. */
  name: string;
  /** The Docker Engine's address as the Docker provider takes it; undefined: where Docker listens by default. */
  host?: string;
  /** The folder with the certificates that the provider speaks to it with; undefined: as its environment says. */
  certificates?: string;
  /** What the provider's `ssh` is told besides. */
  sshOpts?: string[];
  /** How others reach it, where it is not this machine. */
  ssh?: SshMachine;
  /** The folder with what `ssh` reads to reach it, relative to the project; undefined: it is this machine. */
  reachedBy?: string;
  /** Whether Docker has yet to be installed there, before anything else. */
  lacksDocker?: boolean;
  /** The VM that the stage itself declares; undefined: the machine is there by itself. */
  vm?: PlannedVm;
}

/** What a Docker Engine tells of itself. */
export interface FoundEngine {
  /** The platform of the Engine, as Docker writes it: `linux/amd64`. */
  platform: string;
  /** The newest version of its API, as in `1.41`; undefined: it has not said. */
  api?: string;
  /** The folder in which the Engine keeps all that it has; undefined: it has not said. */
  folder?: string;
  /** The names of the Engine's volumes, with the stage that made each (`project/stage`), where one did. */
  volumes: Map<string, string | undefined>;
  /** The containers that hold ports of the machine, by port and protocol (`8080/tcp`), with the stage of each, where it is of one. */
  ports: Map<string, { name: string; stage?: string }>;
  /** The containers that may hold something alone, by their stage (`project/stage`), oldest first. */
  holders: Map<string, Holder[]>;
  /** The fingerprint of each edge's definition, by its stage (`project/stage`). */
  edges: Map<string, string>;
}

/** A machine as it is looked at before anything is declared: what a plan is decided by. */
export interface FoundMachine extends Machine, FoundEngine {
  /** The home of the user by whom it is reached, absolute; undefined: it is this machine, or has not said. */
  home?: string;
  /** What a person should know of it. */
  notices?: string[];
  /** Whether a program that is no container holds a port, on an address or, without one, on any. */
  holds(port: number, ip?: string): Promise<boolean>;
}

/** What an Engine that is not there yet would tell. */
export function nothingOn(platform: string): FoundEngine {
  return { platform, volumes: new Map(), ports: new Map(), holders: new Map(), edges: new Map() };
}

/** The machine without what was found on it, which is decided by once and may be different a moment later. */
export function plannedMachine({
  platform: _platform,
  api: _api,
  folder: _folder,
  volumes: _volumes,
  ports: _ports,
  holders: _holders,
  edges: _edges,
  home: _home,
  notices: _notices,
  holds: _holds,
  ...machine
}: FoundMachine): Machine {
  return machine;
}

/** A machine's Docker Engine cannot be used; the message says why and what to do. */
export class MachineError extends Error {}
