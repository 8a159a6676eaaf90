import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Registry } from "../../registry/client/registry";

/** Docker's own registry program (Debian's package `docker-registry`), on a loopback port with its data in a folder. */
export class DockerRegistry {
  private constructor(
    readonly address: string,
    private readonly folder: string,
    private readonly config: string,
    private child: ChildProcess,
  ) {}

  /** Why it cannot be had; undefined where it can. */
  static lacking(): string | undefined {
    const found = spawnSync("docker-registry", ["--version"]).status === 0;
    return found ? undefined : "no docker-registry on PATH (Debian: apt-get install docker-registry)";
  }

  static async start(): Promise<DockerRegistry> {
    const folder = await mkdtemp(join(tmpdir(), "slipway-registry-"));
    const address = `127.0.0.1:${await freePort()}`;
    const config = join(folder, "config.yml");
    await writeFile(
      config,
      JSON.stringify({
        version: "0.1",
        log: { level: "error", accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: join(folder, "data") }, delete: { enabled: true } },
        http: { addr: address },
      }),
    );
    const registry = new DockerRegistry(address, folder, config, run(config));
    try {
      await new Registry(address).ping(10_000);
      return registry;
    } catch (error) {
      await registry.stop();
      throw error;
    }
  }

  /** Gives back the space of what no manifest names, with the program stopped meanwhile. */
  async collectGarbage(): Promise<void> {
    await this.end();
    const { status, stderr } = spawnSync("docker-registry", ["garbage-collect", this.config]);
    if (status !== 0) throw new Error(`garbage-collect failed: ${stderr.toString()}`);
    this.child = run(this.config);
    await new Registry(this.address).ping(10_000);
  }

  /** How many bytes its data take. */
  async size(): Promise<number> {
    const files = await readdir(join(this.folder, "data"), { recursive: true, withFileTypes: true });
    const sizes = files.filter((file) => file.isFile()).map((file) => stat(join(file.parentPath, file.name)));
    return (await Promise.all(sizes)).reduce((sum, { size }) => sum + size, 0);
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await gone;
  }
}

function run(config: string): ChildProcess {
  return spawn("docker-registry", ["serve", config], { stdio: "ignore" });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
