import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { Identity } from "./age/keys";
import { keysFor, restoring } from "./encryption";
import { backupVolume, manifest, type Manifest, type Saved } from "./manifest";
import { line, quoted } from "./shell";
import type { StageId } from "../docker/labels";
import { findContainer, removeContainer } from "../docker/containers";
import type { Engine } from "../docker/engine";
import { onMachine } from "./onMachine";

/** Where the volume is, inside the store's container. */
const root = "/backups";

/** How long, in milliseconds, its container may take to end. */
const patience = 10_000;

/** How long, in milliseconds, a container may lie between being made and being started. */
const beginning = 5_000;

/** Names that the store itself makes, and names of services: only these become parts of a path. */
const safe = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * A stage's backups on its machine. While they are open, a container of one of the stage's own images has the volume,
 * so the machine needs nothing else. The container ends with this process, in whatever way that ends, and its name
 * keeps a second one out.
 */
export class Store {
  private constructor(
    private readonly engine: Engine,
    private readonly container: string,
    private readonly process: ChildProcess,
  ) {}

  /**
   * @param image an image on the machine that has a shell
   * @throws Error when the backups are open elsewhere
   */
  static async open(engine: Engine, stage: StageId, image: string): Promise<Store> {
    await makeVolume(engine, stage);
    const container = `${stage.project}-${stage.stage}-backup`;
    let store = await Store.begin(engine, stage, container, image);
    if (!store && (await isFreed(engine, container))) store = await Store.begin(engine, stage, container, image);
    if (store) return store;
    throw new Error(
      `Another backup or restore of the stage ${stage.stage} is at work: wait for it. (Its container is ${container}.)`,
    );
  }

  /** @returns undefined where a container has that name already */
  private static async begin(
    engine: Engine,
    stage: StageId,
    container: string,
    image: string,
  ): Promise<Store | undefined> {
    const labels = { project: stage.project, stage: stage.stage, role: "backup" };
    const child = engine.begin(
      [
        ...["run", "--interactive", "--rm", "--name", container],
        ...Object.entries(labels).flatMap(([key, value]) => ["--label", `slipway.${key}=${value}`]),
        ...["--network", "none", "--user", "0", "--security-opt", "no-new-privileges", "--workdir", root],
        ...["--volume", `${backupVolume(stage)}:${root}`, "--entrypoint", "sh", image],
        ...["-c", "echo open; exec cat >/dev/null"],
      ],
      ["pipe", "pipe", "pipe"],
    );
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.stdin.on("error", () => undefined);
    const opened = once(child.stdout, "data").then(() => true);
    if (await Promise.race([opened, once(child, "close").then(() => false)]))
      return new Store(engine, container, child);
    if (/is already in use/.test(said)) return undefined;
    throw new Error(`The backups of the stage ${stage.stage} cannot be reached: ${said.trim().split("\n").at(-1)}`);
  }

  /** Ends the container, which kept others out. */
  async close(): Promise<void> {
    const closed = once(this.process, "close");
    this.process.stdin?.end();
    const late = setTimeout(() => void removeContainer(this.engine, this.container).catch(() => undefined), patience);
    await closed;
    // By now another process may have a container of this name.
    clearTimeout(late);
  }

  /** The complete backups, oldest first. Unreadable manifests are left out, and stay in the volume. */
  async list(): Promise<Manifest[]> {
    const text = await this.run(`for file in b*/manifest.json; do [ -f "$file" ] && cat "$file" && echo; done; true`);
    const read = text
      .split("\n")
      .filter(Boolean)
      .flatMap((json) => manifest.safeParse(parsed(json)).data ?? []);
    return read.sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  /** Removes the rest of backups that were interrupted. */
  async tidy(): Promise<void> {
    await this.run(
      `for each in b*/; do [ -d "$each" ] && [ ! -e "$each/manifest.json" ] && rm -rf "$each"; done; true`,
    );
  }

  /**
   * Begins a backup.
   *
   * @throws Error where there is one of that name
   */
  async begin(id: string): Promise<void> {
    await this.run(`umask 077; mkdir ${path(id)}`);
  }

  /**
   * A command that stores its input as a file of a backup, reads the file back, and prints its checksum and its size in
   * bytes. The checksum is made of the input, so it shows a disk that is full or faulty.
   */
  keeping(id: string, file: string): string {
    const script = `umask 077; cd ${path(id)} || exit 1
given=$(tee ${path(file)} | sha256sum | cut -c1-64)
sync ${path(file)} 2>/dev/null || sync
kept=$(sha256sum <${path(file)} | cut -c1-64)
bytes=$(wc -c <${path(file)})
if [ "$given" != "$kept" ]; then
  rm -f ${path(file)}
  echo "only $bytes bytes could be kept, and $(df -Pk . | awk 'NR == 2 { print $4 }') KiB of ${root} are free" >&2
  exit 1
fi
echo "$kept $bytes"`;
    return line("docker", "exec", "--interactive", this.container, "sh", "-c", script);
  }

  /** A command that prints a file of a backup. */
  reading(id: string, file: string): string {
    return line("docker", "exec", this.container, "cat", `${path(id)}/${path(file)}`);
  }

  /** Links a file of one backup into another, without further room on the disk. */
  async share(from: string, to: string, file: string): Promise<void> {
    await this.run(`ln ${path(from)}/${path(file)} ${path(to)}/${path(file)}`);
  }

  /** Completes a backup: from here on it counts. */
  async commit(backup: Manifest): Promise<void> {
    const name = `${path(backup.id)}/manifest.json`;
    await this.engine.command(
      [
        "exec",
        "--interactive",
        this.container,
        "sh",
        "-c",
        `umask 077; cat >${name}.part && sync && mv ${name}.part ${name} && sync`,
      ],
      { input: JSON.stringify(backup) },
    );
  }

  /** Removes backups; the manifest goes first, so that half a backup never counts. */
  async remove(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await this.run(`rm -f ${path(id)}/manifest.json && rm -rf ${path(id)}`);
    }
  }

  /**
   * Makes sure that the files of a backup are unchanged.
   *
   * @throws Error naming a file that has changed
   */
  async verify({ id, services }: Manifest, names: readonly string[]): Promise<void> {
    for (const name of names) {
      const { file, sha256 } = services[name] as Saved;
      const is = (await this.run(`sha256sum <${path(id)}/${path(file)} | cut -c1-64`).catch(() => "")).trim();
      if (is !== sha256) {
        throw new Error(
          `The backup ${id} of ${name} is not what it was when it was taken (${is === "" ? "its file is gone" : "its checksum differs"}): take another one, see slipway backups.`,
        );
      }
    }
  }

  /**
   * Makes sure that the files of a backup can be decrypted to their ends, each byte of them. Nothing of it is written anywhere.
   *
   * @throws Error naming a service whose file cannot
   */
  async opens({ id, services }: Manifest, names: readonly string[], identities: readonly Identity[]): Promise<void> {
    for (const name of names) {
      const saved = services[name] as Saved;
      if (!saved.age) continue;
      const script = restoring(this.reading(id, saved.file), saved, "cat >/dev/null");
      await onMachine(this.engine, script, {}, keysFor(saved, identities)).catch((error: unknown) => {
        throw new Error(`The backup ${id} of ${name} cannot be read: ${(error as Error).message}`, { cause: error });
      });
    }
  }

  /** Free room for backups, in bytes. */
  async free(): Promise<number> {
    return Number(await this.run(`df -Pk . | awk 'NR == 2 { print $4 }'`)) * 1024;
  }

  private run(script: string): Promise<string> {
    return onMachine(this.engine, line("docker", "exec", this.container, "sh", "-c", script));
  }
}

/**
 * Whether a name is free. A process that was killed between making its container and starting it leaves one that never
 * ends: this one is removed first.
 */
async function isFreed(engine: Engine, container: string): Promise<boolean> {
  const seen = () => findContainer(engine, container).catch(() => undefined);
  const before = await seen();
  if (before?.State.Running === false) {
    // Another backup may be about to start it.
    await pause(beginning);
    const after = await seen();
    // Without force, so that one which was started after all stays.
    if (after?.State.Running === false && after.Id === before.Id)
      await engine.command(["rm", after.Id]).catch(() => undefined);
  }
  return (await seen()) === undefined;
}

/**
 * The volume is one of the stage's resources, but a backup may be asked for before the first promotion. An existing
 * volume stays as it is.
 */
async function makeVolume(engine: Engine, stage: StageId): Promise<void> {
  const labels = { project: stage.project, stage: stage.stage, role: "backups" };
  const flags = Object.entries(labels).flatMap(([key, value]) => ["--label", `slipway.${key}=${value}`]);
  await engine.command(["volume", "create", ...flags, backupVolume(stage)]);
}

function path(part: string): string {
  if (!safe.test(part)) {
    throw new Error(`"${part}" cannot be part of a backup's path.`);
  }
  return quoted(part);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A name for a short-lived container or volume. */
export function momentary({ project, stage }: StageId, what: string): string {
  return `${project}-${stage}-${what}-${randomBytes(3).toString("hex")}`;
}
