import { spawn } from "node:child_process";
import { closeSync, existsSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { must, run } from "../run";
import { until } from "../until";

/** The images that the fixture runs on, as this machine's own Engine has them. */
const images = ["node:22-slim", "redis:7", "haproxy:3.2", "registry:2"];

/** Says that this process is in a network and a mount namespace of its own. */
const apart = "SLIPWAY_TEST_APART";

/**
 * A Docker Engine with a small disk of its own, in a network of its own: one that can be restarted, and whose disk can be filled,
 * without harm to anybody else. Beside another Engine in one network it would take away that one's bridge and rules.
 */
export class OwnEngine {
  private readonly folder = mkdtempSync(join(tmpdir(), "slipway-engine-"));
  private readonly disk = join(this.folder, "data");
  /** What leads `docker` to it. */
  readonly host = `unix://${join(this.folder, "socket")}`;

  /** Why there can be none here; undefined where there can. */
  static async missing(): Promise<string | undefined> {
    if (process.env["SLIPWAY_TEST_OTHER_ENGINE"])
      return "it starts an Engine of its own, which is not the one that is tested";
    if (process.getuid?.() !== 0) return "an Engine of its own takes root";
    for (const program of ["dockerd", "mkfs.ext4", "mount", "ip", "iptables"]) {
      if ((await run("sh", ["-c", `command -v ${program}`])).code !== 0) return `there is no ${program}`;
    }
    const { code, stderr } = await run("unshare", ["--net", "--mount", "true"]);
    return code === 0 ? undefined : `no network of its own can be made (${stderr.trim()})`;
  }

  /** Whether this process may start one: it has a network of its own. */
  static get isApart(): boolean {
    return process.env[apart] !== undefined;
  }

  /**
   * Runs a program in a network of its own, where nothing but itself is reached, and passes on what it prints.
   *
   * @returns its exit code, and what it printed
   */
  static async apart(
    program: string,
    args: string[],
    env: Record<string, string>,
  ): Promise<{ code: number; printed: string }> {
    const all = ["--net", "--mount", program, ...args];
    const child = spawn("unshare", all, {
      stdio: ["inherit", "pipe", "inherit"],
      env: { ...process.env, ...env, [apart]: "yes" },
    });
    let printed = "";
    child.stdout.on("data", (data: Buffer) => {
      printed += data.toString();
      process.stdout.write(data);
    });
    return new Promise((done) => child.once("close", (code) => done({ code: code ?? 1, printed })));
  }

  /** Starts one with the images of the fixture, and a registry that offers them in the place of a public one. */
  static async start(megabytes: number): Promise<OwnEngine> {
    if (!OwnEngine.isApart) throw new Error("An Engine of its own must not run in the network of another one.");
    const engine = new OwnEngine();
    try {
      await engine.prepare(megabytes);
      await engine.run();
      await must("sh", ["-c", `docker save ${images.join(" ")} | docker --host ${engine.host} load --quiet`]);
      await engine.offer("redis:7");
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
  async fill(): Promise<() => void> {
    const path = join(this.disk, "filler");
    // Programs of their own, so that visitors need not wait for it. Each ends where the disk is full for blocks of its size.
    for (const size of ["1M", "4k"]) {
      await run("dd", ["if=/dev/zero", `of=${path}`, `bs=${size}`, "oflag=append", "conv=notrunc"]);
    }
    return () => rmSync(path);
  }

  /** Ends it and takes away all that it needed. */
  async end(): Promise<void> {
    await this.stop();
    await run("umount", ["--recursive", this.disk]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async prepare(megabytes: number): Promise<void> {
    await must("ip", ["link", "set", "lo", "up"]);
    mkdirSync(this.disk);
    const image = join(this.folder, "disk");
    const file = openSync(image, "w");
    ftruncateSync(file, megabytes * 2 ** 20);
    closeSync(file);
    await must("mkfs.ext4", ["-q", "-F", "-m", "0", image]);
    await must("mount", ["-o", "loop", image, this.disk]);
  }

  private async offer(image: string): Promise<void> {
    const docker = (...args: string[]): Promise<string> => must("docker", ["--host", this.host, ...args]);
    const label = "slipway.standins=source-registry";
    await docker(
      "run",
      "--detach",
      "--restart",
      "always",
      "--label",
      label,
      "--publish",
      "127.0.0.1:5999:5000",
      "registry:2",
    );
    const offered = `127.0.0.1:5999/library/${image}`;
    await docker("tag", image, offered);
    await until(
      async () => (await run("docker", ["--host", this.host, "push", offered])).code === 0,
      30,
      "no registry",
    );
  }

  private async run(): Promise<void> {
    const path = (name: string): string => join(this.folder, name);
    const log = openSync(path("log"), "a");
    const options = { "data-root": this.disk, "exec-root": path("exec"), pidfile: path("pid"), host: this.host };
    const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
    spawn("dockerd", args, { detached: true, stdio: ["ignore", log, log] }).unref();
    closeSync(log);
    const answers = async (): Promise<boolean> => (await run("docker", ["--host", this.host, "version"])).code === 0;
    await until(answers, 180, `The Engine does not answer: ${path("log")}`);
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
