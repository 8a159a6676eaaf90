import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { extract } from "tar-stream";
import type { Builder } from "../../release/builder";
import type { Folder } from "../release/folder";

/** A build context: what lies in it, and the text of its ignore file. */
export interface Context {
  /** Paths; one that ends with a slash is an empty folder, one with ` -> ` in it a link. */
  paths: string[];
  rules: string;
}

/** Names with every character that patterns, regular expressions and shells have a meaning for. */
const names = [
  "a",
  "b",
  "ab",
  "abc",
  ".c",
  "a.b",
  "(g)",
  "+p",
  "{q}",
  "x|y",
  "$x",
  "é",
  "A",
  "a b",
  "[z]",
  "^",
  "a-b",
  "#h",
  "!n",
];

const name = fc.constantFrom(...names);
const place = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const path = fc.oneof(
  { weight: 8, arbitrary: place },
  { weight: 1, arbitrary: place.map((folder) => `${folder}/`) },
  { weight: 1, arbitrary: fc.tuple(place, place).map(([link, target]) => `${link} -> ${target}`) },
);

const piece = fc.oneof(
  { weight: 6, arbitrary: name },
  {
    weight: 5,
    arbitrary: fc.constantFrom("*", "**", "?", "*b", "a*", "*.*", "[ab]", "[^a]", "[a-c]*", "**b", "a**", "***"),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom("[!a]", "[*]", "[?]b", "[[:alpha:]]", "[[:alpha:]]*", "[]a]", ".", "..", ""),
  },
  { weight: 1, arbitrary: name.map((text) => `\\${text}`) },
);
const rule = fc
  .tuple(
    fc.constantFrom("", "", "", "", "!", "!", "!", "! ", "#", " ", "/", "!/", "./"),
    fc.array(piece, { minLength: 1, maxLength: 3 }),
    fc.constantFrom("", "", "", "/", "/**", "/*", " ", "\t"),
  )
  .map(([before, parts, behind]) => before + parts.join("/") + behind);
const known = fc.constantFrom(
  "*",
  "**",
  "Dockerfile",
  ".dockerignore",
  "!Dockerfile",
  "*ockerfile",
  ".*",
  "!.dockerignore",
);

/** Contexts with ignore files of every kind that is written, and many that nobody writes. */
export const contexts: fc.Arbitrary<Context> = fc
  .record({
    paths: fc.array(path, { minLength: 1, maxLength: 12 }),
    rules: fc.array(fc.oneof({ weight: 9, arbitrary: rule }, { weight: 1, arbitrary: known }), { maxLength: 6 }),
    ending: fc.constantFrom("\n", "\n", "\r\n"),
    mark: fc.constantFrom("", "", "", "\uFEFF"),
  })
  .map(({ paths, rules, ending, mark }) => ({ paths, rules: mark + rules.join(ending) }));

/** Puts a context into a folder; what would lie below a file is left away. */
export function layOut(folder: Folder, { paths, rules }: Context): void {
  folder.write({ Dockerfile: "FROM scratch\nCOPY . /\n", ".dockerignore": rules });
  for (const written of paths) {
    const [at = "", target] = written.split(" -> ");
    try {
      mkdirSync(dirname(folder.at(at)), { recursive: true });
      if (target !== undefined) symlinkSync(target, folder.at(at));
      else if (at.endsWith("/")) mkdirSync(folder.at(at), { recursive: true });
      else writeFileSync(folder.at(at), at, { flag: "wx" });
    } catch (error) {
      if (!["EEXIST", "ENOTDIR", "ENOENT", "ELOOP"].includes((error as { code?: string }).code ?? "")) throw error;
    }
  }
}

/** What `docker build` said and made. */
export interface Built {
  /** What arrived in the image, in order: folders with a slash at the end. */
  arrived?: string[];
  /** The last lines, where it failed. */
  failure?: string;
}

/**
 * Builds by `docker build` itself, and looks at what arrived.
 *
 * @param args what stands before the context, besides the result
 * @param input what goes to standard input
 */
export async function dockerBuild(builder: Builder, args: string[], input?: string | Readable): Promise<Built> {
  const env = { ...process.env, DOCKER_BUILDKIT: builder === "buildkit" ? "1" : "0" };
  if (builder === "buildkit") {
    const { code, stdout, stderr } = await call(["build", "--output", "type=tar,dest=-", ...args], env, input);
    return code === 0 ? { arrived: await listed(stdout) } : { failure: stderr };
  }
  const { code, stdout, stderr } = await call(["build", "--quiet", "--force-rm", ...args], env, input);
  if (code !== 0) return { failure: stderr };
  const image = stdout.toString().trim();
  const container = await call(["create", image, "x"], env);
  try {
    const exported = await call(["export", container.stdout.toString().trim()], env);
    return { arrived: (await listed(exported.stdout)).filter((entry) => !isDockers(entry)) };
  } finally {
    await call(["rm", container.stdout.toString().trim()], env);
    await call(["rmi", image], env);
  }
}

/** What Docker puts into every container. */
function isDockers(entry: string): boolean {
  return /^(\.dockerenv|(dev|etc|proc|sys)\/.*)$/.test(entry);
}

function call(
  args: string[],
  env: NodeJS.ProcessEnv,
  input: string | Readable = "",
): Promise<{ code: number; stdout: Buffer; stderr: string }> {
  return new Promise((done) => {
    const child = execFile("docker", args, { env, encoding: "buffer", maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr: stderr.toString() }),
    );
    child.stdin?.on("error", () => undefined);
    if (typeof input === "string") child.stdin?.end(input);
    else if (child.stdin) input.pipe(child.stdin);
  });
}

async function listed(archive: Buffer): Promise<string[]> {
  const entries: string[] = [];
  const reading = extract();
  Readable.from([archive]).pipe(reading as unknown as NodeJS.WritableStream);
  for await (const entry of reading) {
    entries.push(entry.header.name.replace(/^\.?\//, ""));
    entry.resume();
  }
  return entries.filter(Boolean).sort();
}
