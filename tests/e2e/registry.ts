import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker, sweep } from "./docker";
import { freePorts } from "./ports";

/** The registry that a whole run has started once for all of its groups. */
export const registryAt = "SLIPWAY_TEST_REGISTRY";

const username = "ada";
const password = "p-for-tests-3a9";

/** The password's bcrypt hash, at the lowest cost: it is checked with each request. */
const htpasswd = `${username}:$2b$04$QoAhefx4MVESjN.nOVa3V.gkP13nKKoKZEkbFGXTKH6fjNErEjqFC\n`;

const config = `version: 0.1
log: { level: warn }
storage:
  filesystem: { rootdirectory: /var/lib/registry }
  delete: { enabled: true }
auth:
  htpasswd: { realm: tests, path: /htpasswd }
http: { addr: ":5000" }
`;

/**
 * A registry that was there before Slipway and asks for a login. All scenarios of a run that need no registry of their own
 * share one, so that the layers of the public images are pushed only once.
 */
export class GuardedRegistry {
  private static started: Promise<GuardedRegistry> | undefined;
  private static readonly others: GuardedRegistry[] = [];

  readonly username = username;
  readonly password = password;

  private constructor(
    private readonly container: string,
    readonly address: string,
    private readonly project: string,
  ) {}

  /** The run's registry: the one that all groups of the run share, or this process's own, started where it was not. */
  static shared(): Promise<GuardedRegistry> {
    const at = process.env[registryAt];
    if (at) {
      const { container, address, project } = JSON.parse(at) as Record<string, string>;
      return Promise.resolve(new GuardedRegistry(container ?? "", address ?? "", project ?? ""));
    }
    return (this.started ??= this.start());
  }

  /** One that nobody else uses, for scenarios in which it is down; it goes with this process's own. */
  static async alone(): Promise<GuardedRegistry> {
    const registry = await this.start();
    this.others.push(registry);
    return registry;
  }

  /** Takes the registries away that this process has started. */
  static async end(): Promise<void> {
    const shared = await this.started?.catch(() => undefined);
    this.started = undefined;
    for (const registry of [...(shared ? [shared] : []), ...this.others.splice(0)]) await registry.remove();
  }

  async remove(): Promise<void> {
    await sweep(this.project);
  }

  /** What another process needs to know to use it ({@link registryAt}). */
  get told(): string {
    const { container, address, project } = this;
    return JSON.stringify({ container, address, project });
  }

  /** Asks the registry for something, logged in. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
    const headers = { ...init.headers, authorization };
    // What forwards the port may take a connection before the registry itself does, and then never answer.
    return fetch(`http://${this.address}/v2/${path}`, { ...init, headers, signal: AbortSignal.timeout(5000) });
  }

  async stop(): Promise<void> {
    await docker("stop", this.container);
  }

  async resume(): Promise<void> {
    await docker("start", this.container);
    await this.answers();
  }

  static async start(): Promise<GuardedRegistry> {
    const project = `registry-${randomBytes(3).toString("hex")}`;
    const [port = 0] = await freePorts(1);
    const label = ["--label", `slipway.project=${project}`];
    const container = await docker(
      "create",
      "--name",
      project,
      ...label,
      "--publish",
      `127.0.0.1:${port}:5000`,
      "registry:2",
      "serve",
      "/config.yml",
    );
    const folder = mkdtempSync(join(tmpdir(), "slipway-registry-"));
    for (const [name, text] of Object.entries({ "config.yml": config, htpasswd })) {
      writeFileSync(join(folder, name), text);
      await docker("cp", join(folder, name), `${container}:/${name}`);
    }
    rmSync(folder, { recursive: true });
    const registry = new GuardedRegistry(container, `127.0.0.1:${port}`, project);
    await registry.resume();
    return registry;
  }

  private async answers(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if ((await this.request("").catch(() => undefined))?.ok) {
        return;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`The registry ${this.address} does not answer: docker logs ${this.project}`);
  }
}
