import { statSync } from "node:fs";
import { posix, resolve } from "node:path";
import { Readable } from "node:stream";
import { pack } from "tar-stream";
import type { KeptPath } from "../application/written/keptPath";
import { onMachine } from "../backup/onMachine";
import { line, piped } from "../backup/shell";
import { sowing, type Seed } from "./seed";
import type { Engine } from "../docker/engine";
import type { Say } from "../docker/say";

/** What filling a volume from a path of the project needs. */
export interface FillInput extends Pick<KeptPath, "path" | "kind" | "inside"> {
  /** The volume's name. */
  volume: string;
  /** Whether the stage is on this machine, whose path it is. */
  isHere: boolean;
  /** What of the release it begins with instead, where git holds the path. */
  seed?: Seed;
}

/** The volume's place in the containers that are there for it, none of which runs: a file lies in it, a folder is it. */
const top = "/to";
const called = "data";

/**
 * Brings what is at a path of the project onto its volume, with owners and permissions, or what a release has there, where the volume holds nothing yet; and makes what has to be
 * there before a container can mount a part of it. A volume with data stays as it is. The Engine copies: it reads what the person who runs this may
 * not.
 *
 * @throws Error where the Engine cannot copy
 */
export async function fill(input: FillInput, say: Say, engine: Engine): Promise<{ volume: string }> {
  const { volume, path, kind, inside, isHere, seed } = input;
  const image = await anyImage(engine);
  const at = kind === "folder" ? posix.join(top, called) : top;
  // Its name tells the next update that this one did not come to the end of copying.
  const marker = `${volume}-filling`;
  const isBroken = await isThere(engine, marker);
  if (isBroken) await engine.command(remove(marker));
  const look = await create(engine, ["--volume", `${volume}:${at}`, image]);
  try {
    if ((isHere || seed) && (isBroken || (await isEmpty(engine, look, at)))) {
      const filling = await create(engine, ["--name", marker, "--volume", `${volume}:${at}`, image]);
      if (seed) {
        say(`copying ./${path} of the release onto its volume`);
        const name = kind === "file" ? posix.basename(path) : called;
        await engine.command(["cp", "-", `${filling}:${top}`], { input: await sowing(engine, seed, name) });
      } else await copy(engine, input, filling, image, say);
      await engine.command(remove(filling));
    }
    for (const one of inside) await ensure(engine, look, posix.join(at, one.path), one.kind);
  } finally {
    await engine.command(remove(look)).catch(() => undefined);
  }
  return { volume };
}

/** An image to make a container of, which is never started. Any will do, and the service's own is on the machine at least. */
async function anyImage(engine: Engine): Promise<string> {
  const [image] = (await engine.command(["image", "ls", "--quiet"])).trim().split("\n");
  if (!image)
    throw new Error("The machine has no image yet, though that of the service was pulled: run the update again.");
  return image;
}

async function create(engine: Engine, args: readonly string[]): Promise<string> {
  // The Engine wants to be told a program where the image has none.
  return (await engine.command(["create", "--network", "none", ...args, "none"])).trim();
}

/** With the volumes that its image made it have; those with names stay. */
function remove(container: string): string[] {
  return ["rm", "--force", "--volumes", container];
}

async function isThere(engine: Engine, container: string): Promise<boolean> {
  const found = await engine.command(["ps", "--all", "--quiet", "--filter", `name=^/${container}$`]);
  return found.trim() !== "";
}

/** Two containers, as an Engine gives out no file of a container that it takes files for. */
async function copy(engine: Engine, { path, kind }: FillInput, to: string, image: string, say: Say): Promise<void> {
  const source = resolve(path);
  const found = statSync(source, { throwIfNoEntry: false });
  if (!(kind === "file" ? found?.isFile() : found?.isDirectory())) return;
  const place = posix.join("/from", kind === "file" ? posix.basename(path) : called);
  const from = await create(engine, ["--mount", `type=bind,"src=${source}",dst=${place},readonly`, image]);
  try {
    say(`copying ./${path} onto its volume`);
    await onMachine(
      engine,
      piped(line("docker", "cp", `${from}:${place}`, "-"), line("docker", "cp", "-", `${to}:${top}`)),
    );
  } finally {
    await engine.command(remove(from)).catch(() => undefined);
  }
}

/** An archive of an empty folder holds the folder alone. */
async function isEmpty(engine: Engine, container: string, at: string): Promise<boolean> {
  const begin = await onMachine(engine, `${line("docker", "cp", `${container}:${at}`, "-")} | head -c 65536 | base64`);
  return entriesIn(Buffer.from(begin, "base64")) <= 1;
}

/**
 * How many entries the beginning of an archive shows.
 *
 * @param archive in the format ustar or pax; it may be cut off
 */
export function entriesIn(archive: Buffer): number {
  let entries = 0;
  for (let at = 0; at + 512 <= archive.length && archive[at] !== 0;) {
    const size = parseInt(archive.toString("latin1", at + 124, at + 135), 8) || 0;
    // What describes an entry (x), or all of them (g), is none.
    if (!["x", "g"].includes(archive.toString("latin1", at + 156, at + 157))) entries++;
    at += 512 * (1 + Math.ceil(size / 512));
  }
  return entries;
}

async function ensure(engine: Engine, container: string, path: string, kind: "file" | "folder"): Promise<void> {
  const isMissing = await onMachine(
    engine,
    `${line("docker", "cp", `${container}:${path}`, "-")} | head -c 512 | wc -c`,
  ).then((bytes) => bytes.trim() === "0");
  if (!isMissing) return;
  const archive = pack();
  const name = posix.relative(top, path);
  // Keys and databases are their owner's alone until the program says otherwise.
  if (kind === "file") archive.entry({ name, mode: 0o600 }, "");
  else archive.entry({ name, type: "directory", mode: 0o755 });
  archive.finalize();
  await engine.command(["cp", "-", `${container}:${top}`], {
    input: Readable.from(archive as AsyncIterable<Uint8Array>),
  });
}
