import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run";

/** The repository's top folder. */
export const root = join(__dirname, "..", "..");

/** The public images that the product and the fixtures are made from. */
const images = [
  "node:22-slim",
  "postgres:16",
  "redis:7",
  "haproxy:3.2",
  "registry:2",
  "goacme/lego:v4.25.2",
  "letsencrypt/pebble:latest",
];

/** The provider plugins that a stage is declared with. */
const plugins = { docker: "5.2.0", command: "1.2.1", random: "4.21.2" };

/**
 * Why nothing can be deployed here.
 *
 * @returns a sentence that says what is missing and how to get it; undefined where nothing is
 */
export async function missing(): Promise<string | undefined> {
  return (await noEngine()) ?? (await noImage());
}

/** Whether the CLI and its plugins are on this machine. Known at once: suites are described before anything is waited for. */
export function hasPulumi(): boolean {
  const { stdout } = spawnSync("pulumi", ["plugin", "ls", "--json"], { encoding: "utf8" });
  const known = pluginsIn(stdout ?? "");
  return Object.entries(plugins).every(([name, version]) => known.includes(`${name} ${version}`));
}

let pulumi: Promise<string | undefined> | undefined;

/** Why nothing can be deployed by Pulumi's own engine here; looked at once. */
export function noPulumi(): Promise<string | undefined> {
  return (pulumi ??= noCli().then((reason) => reason ?? noPlugin()));
}

/**
 * Whether the compiled package is what the sources say: the steps of an update run from it.
 *
 * @throws Error that says what to do
 */
export function checkBuilt(): void {
  const built = join(root, "dist", "slipway.js");
  const { include } = JSON.parse(readFileSync(join(root, "tsconfig.build.json"), "utf8")) as { include: string[] };
  const sources = [...include.map((path) => path.replace("/**/*.ts", "")), "compose", "runner"];
  const newest = sources.map((path) => newestIn(join(root, path)));
  if (!existsSync(built) || statSync(join(root, "dist", "slipway.js")).mtimeMs < Math.max(...newest)) {
    throw new Error("dist is older than the sources: npm run build, then run the tests again.");
  }
}

function newestIn(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) {
    return stat.mtimeMs;
  }
  return Math.max(
    0,
    ...readdirSync(path)
      .filter((name) => name.endsWith(".ts") || !(name.includes(".") || name === "dist"))
      .map((name) => newestIn(join(path, name))),
  );
}

async function noCli(): Promise<string | undefined> {
  const { code } = await run("pulumi", ["version"]);
  return code === 0 ? undefined : "no Pulumi CLI on PATH: see https://www.pulumi.com/docs/install/";
}

async function noEngine(): Promise<string | undefined> {
  const { code, stderr } = await run("docker", ["version", "--format", "{{.Server.Version}}"]);
  return code === 0
    ? undefined
    : `no Docker Engine answers (${stderr.trim().split("\n").at(-1)}): install or start one`;
}

async function noImage(): Promise<string | undefined> {
  // One process where all are there, which is nearly always.
  if ((await run("docker", ["image", "inspect", ...images])).code === 0) return undefined;
  for (const image of images) {
    const here = await run("docker", ["image", "inspect", image]);
    if (here.code !== 0 && (await run("docker", ["pull", "--quiet", image])).code !== 0) {
      return `the image ${image} can neither be found nor pulled: tests/standins/build.sh makes a stand-in`;
    }
  }
  return undefined;
}

async function noPlugin(): Promise<string | undefined> {
  const { stdout } = await run("pulumi", ["plugin", "ls", "--json"]);
  const known = pluginsIn(stdout);
  for (const [name, version] of Object.entries(plugins)) {
    if (!known.includes(`${name} ${version}`)) {
      const installed = await run("pulumi", ["plugin", "install", "resource", name, version]);
      if (installed.code !== 0) {
        return `the Pulumi plugin ${name} ${version} is not installed and cannot be downloaded: pulumi plugin install resource ${name} ${version}`;
      }
    }
  }
  return undefined;
}

/** The installed plugins that `pulumi plugin ls --json` tells of, as `name version`. */
function pluginsIn(listed: string): string[] {
  const all = JSON.parse(listed || "[]") as { name: string; version?: string }[];
  return all.map(({ name, version }) => `${name} ${version}`);
}
