import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { acceptedManifests } from "../../registry/client/manifest";
import { sweep } from "./docker";
import type { Engine } from "./engine";
import type { EngineKind } from "./engines";
import { install, installCloud } from "./package";
import { freePorts } from "./ports";
import { GuardedRegistry } from "./registry";
import { must, run } from "./run";

/** The settings of one stage, without the namespace. */
export type Settings = Record<string, unknown>;

/** The program of a project that has Slipway as a package: all of it, as TypeScript makes it of the README's. */
const program = `const { planStage, readSettings, Stage } = require("slipway");

module.exports = async () => new Stage("app", await planStage(readSettings())).outputs;
`;

/**
 * A project of its own for some scenarios: a git repository with an application and a Pulumi program, state of its own, a
 * name and ports that nothing else on this machine has. Several may be at work at once.
 */
export class Project {
  engine: Engine;
  /** The registry that it shares with others, where it has none of its own. */
  guarded?: GuardedRegistry;
  private known: Awaited<ReturnType<Engine["registryLogin"]>>;

  private constructor(
    readonly name: string,
    /** The git repository. */
    readonly folder: string,
    /** The port of its registry on loopback. */
    readonly registryPort: number,
    private readonly temporary: string,
    engine: EngineKind,
  ) {
    this.engine = engine.open(folder, name, join(temporary, "state"));
  }

  /**
   * Makes a project out of an application.
   *
   * @param title what its name begins with
   * @param application the folder that is copied, committed as it is
   * @param place where in the project it goes
   */
  static async create(engine: EngineKind, title: string, application: string, place = "."): Promise<Project> {
    const name = `${title}-${randomBytes(3).toString("hex")}`;
    const temporary = realpathSync(mkdtempSync(join(tmpdir(), `slipway-${name}-`)));
    const [registryPort = 0] = await freePorts(1);
    const folder = join(temporary, "project");
    mkdirSync(join(folder, place), { recursive: true });
    cpSync(application, join(folder, place), {
      recursive: true,
      filter: (path) => !/node_modules|\/dist(\/|$)/.test(path),
    });
    const project = new Project(name, folder, registryPort, temporary, engine);
    // The program is JavaScript: with TypeScript each command would load a compiler for nothing.
    const runtime = { name: "nodejs", options: { typescript: false } };
    project.write("Pulumi.yaml", stringify({ name, runtime, main: "index.js" }));
    project.write("index.js", program);
    project.write("package.json", JSON.stringify({ name, private: true, dependencies: { slipway: "*" } }));
    const ignored = existsSync(join(folder, ".gitignore")) ? project.read(".gitignore") : "";
    project.write(".gitignore", `${ignored}node_modules/\nprivate.key\n`);
    await install(folder);
    await must("git", ["init", "--quiet", folder]);
    await project.git("config", "user.name", "Ada Tester");
    await project.git("config", "user.email", "ada@example.com");
    await project.commit("Begin");
    return project;
  }

  /** Gives it the packages of clouds' providers, and simulations in the place of their plugins. */
  simulated(...providers: ("gcp" | "azure-native" | "cloudflare")[]): void {
    for (const name of providers) installCloud(this.folder, name === "azure-native" ? "azure" : name);
    const plugins = { providers: providers.map((name) => ({ name, path: join(__dirname, "clouds", name) })) };
    this.write("Pulumi.yaml", stringify({ ...(parse(this.read("Pulumi.yaml")) as object), plugins }));
  }

  /** Makes a stage: its settings file, then the stage itself. Where a scenario is not about the watch, that is short. */
  async stage(stage: string, settings: Settings): Promise<void> {
    const config = Object.fromEntries(
      Object.entries({ watch: 1, ...settings }).map(([key, value]) => [`slipway:${key}`, value]),
    );
    this.write(`Pulumi.${stage}.yaml`, stringify({ config }));
    await this.engine.init(stage);
  }

  /** Gives a setting of a stage a value, as a person does in its settings file; undefined takes it away. */
  set(stage: string, key: string, value: unknown): void {
    const file = `Pulumi.${stage}.yaml`;
    const settings = parse(this.read(file)) as { config?: Settings };
    // What is undefined is left out.
    this.write(file, stringify({ ...settings, config: { ...settings.config, [`slipway:${key}`]: value } }));
  }

  /** The settings for a registry of this project's own, with what stands in for public registries here. */
  async registry(): Promise<Settings> {
    return { kind: "local", port: this.registryPort, ...(await mirrored()) };
  }

  /**
   * The settings for a registry that was there before and asks for a login: the one that all scenarios share, or one that this project has
   * alone, because it is stopped. Its password is a secret, which {@link logIn} sets.
   */
  async sharedRegistry({ alone = false } = {}): Promise<Settings> {
    this.guarded = await (alone ? GuardedRegistry.alone() : GuardedRegistry.shared());
    const { address, username } = this.guarded;
    return { kind: "existing", address, username, ...(await mirrored()) };
  }

  /** Gives a stage the password of the shared registry. */
  async logIn(stage: string): Promise<void> {
    await this.engine.setConfig(stage, "registry.password", this.guarded?.password ?? "", { secret: true });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  /** Puts one text in the place of another. Throws where the first is not there. */
  edit(path: string, from: string, to: string): void {
    const before = this.read(path);
    if (!before.includes(from)) {
      throw new Error(`${path} does not hold ${from}`);
    }
    this.write(
      path,
      before.replace(from, () => to),
    );
  }

  /** Commits everything that git does not ignore, but for the settings, which are no part of a release. */
  async commit(message: string): Promise<void> {
    await this.git("add", "--all", "--", ":/", ":!Pulumi.*.yaml");
    await this.git("commit", "--quiet", "--allow-empty", "--message", message);
  }

  async git(...args: string[]): Promise<string> {
    return must("git", ["-C", this.folder, ...args]);
  }

  /** The names that the ledger holds, straight from the registry, oldest first; none where no registry answers. */
  async releases(): Promise<string[]> {
    const tags = await this.tags("ledger");
    const born = (name: string): string => /-(\d{8}-\d{6})/.exec(name)?.[1] ?? "";
    return tags
      .filter((tag) => !/^(stage|jobs|restored)\.|^sha256-/.test(tag))
      .sort((a, b) => (born(a) < born(b) ? -1 : 1));
  }

  /** The tags of one of the project's repositories. */
  async tags(repository: string): Promise<string[]> {
    const answer = await this.request(`${this.name}/${repository}/tags/list`).catch(() => undefined);
    return answer?.ok ? (((await answer.json()) as { tags: string[] | null }).tags ?? []).sort() : [];
  }

  /** Whether one of the project's repositories holds an image. */
  async holds(repository: string, digest = "none"): Promise<boolean> {
    const asked = { method: "HEAD", headers: { accept: acceptedManifests } };
    return (await this.request(`${this.name}/${repository}/manifests/${digest}`, asked)).ok;
  }

  /** Asks its registry for something, as who that lets in. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    if (this.guarded) return this.guarded.request(path, init);
    const ask = async (): Promise<Response> => {
      const { username, password } = (await this.login()) ?? { username: "", password: "" };
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
      const headers = { ...init.headers, authorization };
      return fetch(`http://127.0.0.1:${this.registryPort}/v2/${path}`, { ...init, headers });
    };
    const answer = await ask();
    if (answer.status !== 401) return answer;
    this.known = undefined;
    return ask();
  }

  /** Who its own registry lets in, as the stage that builds tells; a registry that is made anew has another login. */
  async login(): ReturnType<Engine["registryLogin"]> {
    return (this.known ??= await this.engine.registryLogin("staging"));
  }

  /** Goes on with another engine; its registry's login is that engine's from now on. */
  moveTo(engine: Engine): void {
    this.engine = engine;
    this.known = undefined;
  }

  /** Takes everything away again: containers, networks, volumes and images of this project, its state, its files. */
  async dispose(): Promise<void> {
    if (process.env["SLIPWAY_TEST_KEEP"]) {
      console.log(`      kept: ${this.temporary}`);
      return;
    }
    await sweep(this.name);
    rmSync(this.temporary, { recursive: true, force: true });
  }
}

/** Where stand-ins for public images are offered on this machine, they are what third-party images are copied from. */
async function mirrored(): Promise<Settings> {
  const format = '{{range index .NetworkSettings.Ports "5000/tcp"}}{{.HostPort}}{{end}}';
  const { stdout } = await run("docker", ["ps", "--quiet", "--filter", "label=slipway.standins=source-registry"]);
  const [container] = stdout.split("\n");
  if (!container) {
    return {};
  }
  const port = (await must("docker", ["inspect", "--format", format, container])).trim();
  return { mirrors: { "docker.io": `http://127.0.0.1:${port}` } };
}
