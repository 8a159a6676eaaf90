import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Cipher } from "./cipher";
import { isSecret, rebuilt, secret, type Resource, type Value, type Values } from "./resource";

/** One line of a stage's history. */
export interface Entry {
  kind: "update" | "destroy";
  result: "succeeded" | "failed";
  /** ISO 8601, UTC. */
  startTime: string;
  /** The settings that it ran with, without secrets. */
  config: Record<string, string>;
  /** How many resources were created, updated, replaced and deleted. */
  resourceChanges: Record<string, number>;
}

const version = 1;

interface Contents {
  version: number;
  outputs: Values;
  resources: Resource[];
  history: Entry[];
}

/**
 * What the runner knows of a stage, in one file. It is written anew after each step, whole or not at all, with its secrets
 * encrypted.
 */
export class State {
  private contents: Contents;

  private constructor(
    private readonly file: string,
    private readonly cipher: Cipher,
  ) {
    this.contents = existsSync(file) ? read(file, cipher) : { version, outputs: {}, resources: [], history: [] };
  }

  /** What is known of a stage; nothing, where it was never brought up. */
  static of(folder: string, stage: string, cipher: Cipher): State {
    return new State(fileOf(folder, stage), cipher);
  }

  get resources(): readonly Resource[] {
    return this.contents.resources;
  }

  get outputs(): Values {
    return this.contents.outputs;
  }

  /** Newest first. */
  get history(): readonly Entry[] {
    return [...this.contents.history].reverse();
  }

  /** The resource that a program means by a URN: not one that has a successor. */
  current(urn: string): Resource | undefined {
    return this.contents.resources.find((resource) => resource.urn === urn && !resource.replaced && !resource.pending);
  }

  /** Puts a resource behind all others, which is where what it depends on stands, and takes its former self away. */
  put(resource: Resource, former?: Resource): void {
    this.renew(resource, former);
    this.save();
  }

  /** The same for a resource that did not change: that need not be written at once. */
  renew(resource: Resource, former?: Resource): void {
    this.contents.resources = [...this.contents.resources.filter((other) => other !== former), resource];
  }

  remove(resource: Resource): void {
    this.contents.resources = this.contents.resources.filter((other) => other !== resource);
    this.save();
  }

  tell(outputs: Values): void {
    this.contents.outputs = outputs;
    this.save();
  }

  note(entry: Entry): void {
    this.contents.history.push(entry);
    this.save();
  }

  /** Writes everything to the file, whole or not at all. */
  save(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const next = `${this.file}.next`;
    const handle = openSync(next, "w", 0o600);
    // Unlike a single write, this one goes on until all is written, or says that the disk is full.
    writeFileSync(
      handle,
      JSON.stringify(this.contents, (_, value: Value) => this.hidden(value), 2),
    );
    fsyncSync(handle);
    closeSync(handle);
    renameSync(next, this.file);
  }

  private hidden(value: Value): Value {
    return isSecret(value) ? { ciphertext: this.cipher.encrypt(JSON.stringify(value.value)) } : value;
  }
}

function fileOf(folder: string, stage: string): string {
  return join(folder, `${stage}.json`);
}

function read(file: string, cipher: Cipher): Contents {
  const contents = JSON.parse(readFileSync(file, "utf8")) as Contents;
  if (contents.version !== version) {
    throw new Error(`${file} was written by another version of the runner: take the stage down with that one.`);
  }
  return rebuilt(contents, (part) =>
    typeof part?.ciphertext === "string" ? secret(JSON.parse(cipher.decrypt(part.ciphertext))) : undefined,
  ) as Contents;
}

/**
 * Takes a stage's lock, so that only one update runs at a time. The lock of a process that is gone counts for nothing.
 *
 * @returns gives the lock back
 * @throws Error naming the process that has it
 */
export function lock(folder: string, stage: string): () => void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${stage}.lock`);
  const holder = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (holder && isRunning(holder)) {
    throw new Error(
      `Another update of ${stage} is running (process ${holder}): wait for its end, then run the command again.`,
    );
  }
  rmSync(file, { force: true });
  const handle = openSync(file, "wx");
  writeSync(handle, String(process.pid));
  closeSync(handle);
  return () => rmSync(file, { force: true });
}

function isRunning(process_: number): boolean {
  try {
    return process.kill(process_, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
