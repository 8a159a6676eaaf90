import { spawn } from "node:child_process";
import { closeSync, existsSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must, run } from "../run";
import { until } from "./running";

/** The images that the fixture runs on, as this machine's own Engine has them. */
const images = ["node:22-slim", "redis:7", "haproxy:3.2"];

/** Addresses that nothing else here uses: for documentation (RFC 5737), and a pool of RFC 1918's. */
const bridge = { name: "slipwaycrash0", address: "192.0.2.1/24" };
const pool = "10.213.0.0/16";

/** Other programs' rules for containers stay as they are: this one comes before them, in the place that Docker keeps for such. */
const rule = ["DOCKER-USER", "-s", pool, "-d", pool, "-j", "ACCEPT"];

/**
 * A Docker Engine beside this machine's own, with a small disk of its own: one that can be restarted, and whose disk can be
 * filled, without harm to anybody else's containers.
 */
export class OwnEngine {
  private readonly folder = mkdtempSync(join(tmpdir(), "slipway-engine-"));
  private readonly disk = join(this.folder, "data");
  /** What leads `docker` to it. */
  readonly host = `unix://${join(this.folder, "socket")}`;

  /** Why there can be none here; undefined where there can. */
  static async missing(): Promise<string | undefined> {
    if (process.getuid?.() !== 0) return "an Engine of its own takes root";
    for (const program of ["dockerd", "mkfs.ext4", "mount", "ip", "iptables"]) {
      if ((await run("sh", ["-c", `command -v ${program}`])).code !== 0) return `there is no ${program}`;
    }
    return (await run("iptables", ["-S", "DOCKER-USER"])).code === 0
      ? undefined
      : "no chain DOCKER-USER to allow its networks in";
  }

  /** Starts one with the images of the fixture. */
  static async start(megabytes: number): Promise<OwnEngine> {
    const engine = new OwnEngine();
    try {
      await engine.prepare(megabytes);
      await engine.run();
      await must("sh", ["-c", `docker save ${images.join(" ")} | docker --host ${engine.host} load --quiet`], {
        env: { DOCKER_HOST: "" },
      });
      return engine;
    } catch (error) {
      await engine.end();
      throw error;
    }
  }

  /** Stops it, as a machine's restart does, and starts it again. @returns the seconds for which it was away */
  async restart(): Promise<number> {
    const start = performance.now();
    await this.stop();
    await this.run();
    return (performance.now() - start) / 1000;
  }

  /** Fills its disk to the last block; the function that it returns makes room again. */
  fill(): () => void {
    const path = join(this.disk, "filler");
    const file = openSync(path, "w");
    for (const size of [1 << 20, 1 << 12, 1]) {
      const block = Buffer.alloc(size);
      try {
        for (;;) writeSync(file, block);
      } catch {
        // Full, as far as blocks of this size go.
      }
    }
    return () => {
      ftruncateSync(file, 0);
      closeSync(file);
      rmSync(path);
    };
  }

  /** Ends it and takes away all that it needed. */
  async end(): Promise<void> {
    await this.stop();
    await run("umount", [this.disk]);
    await run("ip", ["link", "del", bridge.name]);
    await run("iptables", ["-D", ...rule]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async prepare(megabytes: number): Promise<void> {
    mkdirSync(this.disk);
    const image = join(this.folder, "disk");
    const file = openSync(image, "w");
    ftruncateSync(file, megabytes * 2 ** 20);
    closeSync(file);
    await must("mkfs.ext4", ["-q", "-F", "-m", "0", image]);
    await must("mount", ["-o", "loop", image, this.disk]);
    await must("ip", ["link", "add", bridge.name, "type", "bridge"]);
    await must("ip", ["addr", "add", bridge.address, "dev", bridge.name]);
    await must("ip", ["link", "set", bridge.name, "up"]);
    await must("iptables", ["-I", ...rule]);
  }

  private async run(): Promise<void> {
    const log = openSync(join(this.folder, "log"), "a");
    const path = (name: string): string => join(this.folder, name);
    const options = {
      "data-root": this.disk,
      "exec-root": path("exec"),
      pidfile: path("pid"),
      host: this.host,
      bridge: bridge.name,
      // The chains of the machine's own Engine are one for all: a second one that set its own up would take them away.
      iptables: "false",
      ip6tables: "false",
      "ip-masq": "false",
      "default-address-pool": `base=${pool},size=26`,
    };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    spawn("dockerd", args, {
      detached: true,
      stdio: ["ignore", log, log],
      env: { ...process.env, DOCKER_HOST: "" },
    }).unref();
    closeSync(log);
    await until(
      async () => (await run("docker", ["--host", this.host, "version"])).code === 0,
      60,
      `The Engine does not answer: ${path("log")}`,
    );
  }

  private async stop(): Promise<void> {
    const pid = this.pid();
    if (pid === undefined) return;
    process.kill(pid, "SIGTERM");
    await until(() => this.pid() === undefined, 120, "The Engine does not end");
  }

  /** Undefined where it does not run. */
  private pid(): number | undefined {
    const file = join(this.folder, "pid");
    const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
    return pid > 0 && existsSync(`/proc/${pid}`) ? pid : undefined;
  }
}
