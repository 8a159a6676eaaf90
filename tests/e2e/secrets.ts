import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { containers, docker, leftovers } from "./docker";
import type { Project } from "./project";
import { run } from "./run";

/** Secret values by what they are for. */
export type Planted = Readonly<Record<string, string>>;

/** Watches the arguments of every process of the machine, containers' included, until it is told to stop. */
export class ProcessWatch {
  readonly found = new Set<string>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly planted: Planted) {
    this.timer = setInterval(() => this.look(), 50);
  }

  stop(): string[] {
    clearInterval(this.timer);
    return [...this.found];
  }

  private look(): void {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      for (const name of namesIn(this.planted, readQuietly(`/proc/${pid}/cmdline`))) {
        this.found.add(`${name} in the arguments of a process`);
      }
    }
  }
}

/**
 * Looks for secrets everywhere that an update leaves something: state, settings, what was told, containers, images, volumes'
 * and networks' labels, logs, and the registry.
 *
 * @returns where which one was found, by place
 */
export async function places(project: Project, planted: Planted): Promise<string[]> {
  return [
    ...placesOfUpdates(project, planted),
    ...named({ ...(await inEngine(project)), ...(await inRegistry(project, planted)) }, planted),
  ];
}

/** Looks for secrets in what an update leaves where it is run: state, settings, and what was told. */
export function placesOfUpdates(project: Project, planted: Planted): string[] {
  return named({ ...files(project), ...told(project) }, planted);
}

/** Where secrets are among texts, by place. */
export function named(texts: Readonly<Record<string, string>>, planted: Planted): string[] {
  return Object.entries(texts).flatMap(([place, text]) => namesIn(planted, text).map((name) => `${name} in ${place}`));
}

/** As it is, and as files are handed to the provider. */
function namesIn(planted: Planted, text: string): string[] {
  const forms = (value: string): string[] => [value, Buffer.from(value).toString("base64").replace(/=+$/, "")];
  return Object.entries(planted)
    .filter(([, value]) => forms(value).some((form) => text.includes(form)))
    .map(([name]) => name);
}

function files({ engine, folder }: Project): Record<string, string> {
  const state = readdirSync(engine.stateFolder, { recursive: true, encoding: "utf8" }).map((path) =>
    join(engine.stateFolder, path),
  );
  const settings = readdirSync(folder)
    .filter((name) => /^Pulumi\..*yaml$/.test(name))
    .map((name) => join(folder, name));
  return Object.fromEntries(
    [...state, ...settings].filter((path) => statSync(path).isFile()).map((path) => [path, readFileSync(path, "utf8")]),
  );
}

function told({ engine }: Project): Record<string, string> {
  return Object.fromEntries(
    engine.transcript.map(({ operation, text }, index) => [`what ${operation} told (${index})`, text]),
  );
}

async function inEngine(project: Project): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const container of await containers(project.name)) {
    const own = `container ${container.Name}`;
    texts[`docker inspect of ${own}`] = JSON.stringify(container);
    texts[`image history of ${own}`] = await docker("history", "--no-trunc", container.Image);
    texts[`image of ${own}`] = await docker("image", "inspect", container.Image);
    const { stdout, stderr } = await run("docker", ["logs", container.Id]);
    texts[`log of ${own}`] = stdout + stderr;
  }
  const { network, volume } = await leftovers(project.name);
  texts["networks"] = await docker("network", "inspect", ...network);
  texts["volumes"] = await docker("volume", "inspect", ...volume);
  return texts;
}

/** The ledger's documents lie in the registry as they are; images' layers are compressed, and built from what git holds. */
async function inRegistry(project: Project, planted: Planted): Promise<Record<string, string>> {
  const all = await containers(project.name);
  const registry = all.find(({ Config }) => Config.Labels["slipway.role"] === "registry");
  if (!registry) {
    return {};
  }
  const patterns = Object.values(planted).join("\n");
  // On standard input, or the search itself would show them among the arguments of processes.
  const search = ["grep", "-r", "-h", "-a", "-o", "-F", "-f", "-", "/var/lib/registry"];
  const { stdout } = await run("docker", ["exec", "--interactive", registry.Id, ...search], { input: patterns });
  return { "the registry's data": stdout };
}

function readQuietly(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
