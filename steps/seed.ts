import { once } from "node:events";
import { posix } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { extract, pack, type Pack } from "tar-stream";
import { bundleFolder, contentName } from "../release/bundles";
import type { Engine } from "../docker/engine";

/** What of a release a volume begins with: its files, or what carries the bundle that holds them. */
export interface Seed {
  /** Who is to write there; no release holds owners. */
  owner: { image: string; user?: string };
  files?: { path: string; contentBase64: string; permissions: string }[];
  /** A container that has the bundle's volume. */
  carrier?: string;
}

interface Ids {
  uid: number;
  gid: number;
}

/**
 * The archive of what a volume begins with.
 *
 * @param name what its file or folder is called in the archive
 * @throws Error where the Engine does not give out what it is made of
 */
export async function sowing(engine: Engine, seed: Seed, name: string): Promise<Readable> {
  const ids = await ownerOn(engine, seed.owner);
  return seed.carrier === undefined ? archiveOf(seed.files ?? [], name, ids) : renamed(engine, seed.carrier, name, ids);
}

/**
 * An archive of files, with the folders that they lie in.
 *
 * @param files with their paths in the folder `name`; one with an empty path is the file `name` itself
 */
export function archiveOf(files: NonNullable<Seed["files"]>, name: string, ids: Ids): Readable {
  const archive = pack();
  const made = new Set<string>(["."]);
  const folder = (path: string): void => {
    if (made.has(path)) return;
    folder(posix.dirname(path));
    made.add(path);
    archive.entry({ name: path, type: "directory", mode: 0o755, ...ids });
  };
  for (const { path, contentBase64, permissions } of files) {
    const whole = posix.join(name, path);
    folder(posix.dirname(whole));
    archive.entry({ name: whole, mode: parseInt(permissions, 8), ...ids }, Buffer.from(contentBase64, "base64"));
  }
  archive.finalize();
  return readable(archive);
}

/** A bundle's content under another name; it may be large, and goes through here as a stream. */
function renamed(engine: Engine, carrier: string, name: string, ids: Ids): Readable {
  const from = engine.begin(
    ["cp", `${carrier}:${posix.join(bundleFolder, contentName)}`, "-"],
    ["ignore", "pipe", "pipe"],
  );
  const said = text(from.stderr);
  const archive = pack();
  const entries = extract();
  entries.on("entry", (header, content, next) => {
    const path = header.name.replace(contentName, name);
    const mode = (header.mode ?? 0o644) | (header.type === "directory" ? 0o700 : 0o200);
    content.pipe(archive.entry({ ...header, pax: undefined, name: path, mode, ...ids }, next));
  });
  const ended = once(from, "close") as Promise<[number | null]>;
  const failed = (error: Error): void => void archive.destroy(error);
  entries.once("error", failed).once("finish", () => {
    ended.then(async ([code]) => {
      if (code === 0) archive.finalize();
      else failed(new Error(`The Engine does not give out the files of the release: ${(await said).trim()}`));
    }, failed);
  });
  from.stdout.pipe(entries);
  return readable(archive);
}

function readable(archive: Pack): Readable {
  return Readable.from(archive as AsyncIterable<Uint8Array>);
}

/** Whom a service's program runs as, by its number. */
async function ownerOn(engine: Engine, { image, user }: Seed["owner"]): Promise<Ids> {
  const own = user ?? (await engine.command(["image", "inspect", "--format", "{{.Config.User}}", image]));
  const [name = "", group] = own.trim().split(":");
  if (name === "" || (/^\d+$/.test(name) && /^\d+$/.test(group ?? ""))) return idsIn("", name, group);
  const container = (await engine.command(["create", "--network", "none", image, "none"])).trim();
  try {
    // `docker cp` gives an archive, in which the file's text can be found. An image without users lacks the file.
    const read = (file: string): Promise<string> =>
      engine.command(["cp", `${container}:/etc/${file}`, "-"]).catch(() => "");
    return idsIn(await read("passwd"), name, group, await read("group"));
  } finally {
    await engine.command(["rm", "--force", "--volumes", container]).catch(() => undefined);
  }
}

/**
 * The numbers of a user and a group as `user:` writes them; root where neither names nor numbers lead to one.
 *
 * @param passwd the image's /etc/passwd
 * @param groups the image's /etc/group
 */
export function idsIn(passwd: string, name: string, group?: string, groups = ""): Ids {
  const entry = passwd
    .split(/[\n\0]/)
    .map((one) => one.split(":"))
    .find(([called, , uid]) => called === name || (uid !== undefined && uid === name));
  const uid = /^\d+$/.test(name) ? Number(name) : Number(entry?.[2] ?? 0);
  if (group === undefined || group === "") return { uid, gid: Number(entry?.[3] ?? 0) };
  if (/^\d+$/.test(group)) return { uid, gid: Number(group) };
  const found = groups
    .split(/[\n\0]/)
    .map((one) => one.split(":"))
    .find(([called]) => called === group);
  return { uid, gid: Number(found?.[2] ?? 0) };
}
