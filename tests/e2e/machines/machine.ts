import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../until";
import { docker } from "../docker";
import { freePorts } from "../ports";
import { must, run } from "../run";
import { MachineInside } from "./inside";

const image = "slipway-test-machine";

/** What a Docker Engine in a container needs; less than a privileged one has. */
const capabilities = ["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "SYS_NICE", "SYSLOG", "IPC_LOCK", "DAC_READ_SEARCH"];

/** A machine of its own, as far as an application can tell: a container with an SSH server, and with a Docker Engine once one is installed. */
export class Machine extends MachineInside {
  readonly name = `machine-${randomBytes(3).toString("hex")}`;
  private readonly folder = mkdtempSync(join(tmpdir(), "slipway-machine-"));
  /** The port of this machine's loopback address that leads to its SSH server. */
  port = 0;

  /** Starts one that has no Docker yet. */
  static async start(): Promise<Machine> {
    const machine = new Machine();
    [machine.port = 0] = await freePorts(1);
    try {
      await must("docker", ["build", "--quiet", "--tag", image, join(__dirname, "image")]);
      for (const key of ["host", "login"]) {
        await must("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(machine.folder, key)]);
      }
      await machine.boot();
      return machine;
    } catch (error) {
      await machine.dispose();
      throw error;
    }
  }

  /** The settings by which a stage is on it, without the key. */
  get settings(): { kind: "ssh"; host: string; port: number; hostKey: string } {
    return { kind: "ssh", host: "127.0.0.1", port: this.port, hostKey: this.hostKey };
  }

  /** Its public host key, as settings have it. */
  get hostKey(): string {
    return this.read("host.pub").split(" ").slice(0, 2).join(" ");
  }

  /** The private key of whoever may log in. */
  get key(): string {
    return this.read("login");
  }

  /** Lets whoever may log in to another machine log in here as well. */
  async admit(other: Machine): Promise<void> {
    await this.put("root/.ssh/authorized_keys", other.read("login.pub"));
  }

  /** The services that run there, with their containers' ids, by project and stage. */
  async services(stage: string): Promise<Record<string, string>> {
    const format = '{{.Label "slipway.service"}}\t{{.ID}}';
    const filter = ["--filter", `label=slipway.stage=${stage}`, "--filter", "label=slipway.service"];
    const { stdout } = await this.docker("ps", "--no-trunc", "--format", format, ...filter);
    return Object.fromEntries(
      stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => line.split("\t") as [string, string]),
    );
  }

  /** Takes it away with all that is on it, and puts an empty one with the same address and keys in its place. */
  async lose(): Promise<void> {
    await this.remove();
    await this.boot();
  }

  async dispose(): Promise<void> {
    await this.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async boot(): Promise<void> {
    const options = [
      ...capabilities.flatMap((capability) => ["--cap-add", capability]),
      ...["seccomp", "apparmor", "systempaths"].flatMap((what) => ["--security-opt", `${what}=unconfined`]),
      ...["--cgroupns", "host", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup"],
      ...["--volume", "/lib/modules:/lib/modules:ro", "--volume", `${this.name}:/var/lib/docker`, "--tmpfs", "/run"],
      ...["--publish", `127.0.0.1:${this.port}:22`, "--hostname", this.name, "--name", this.name],
    ];
    await docker("create", ...options, image);
    await this.put("etc/ssh/ssh_host_ed25519_key", this.read("host"));
    await this.put("root/.ssh/authorized_keys", this.read("login.pub"));
    await this.put("home/ada/.ssh/authorized_keys", this.read("login.pub"));
    await this.put("etc/docker/daemon.json", JSON.stringify(await mirror()));
    await docker("start", this.name);
    const answers = async (): Promise<boolean> =>
      (await run("ssh-keyscan", ["-p", String(this.port), "127.0.0.1"])).stdout.includes("ed25519");
    await until(answers, 60, `The machine ${this.name} does not answer`);
  }

  private async put(path: string, content: string): Promise<void> {
    const at = join(this.folder, "root", path);
    mkdirSync(join(at, ".."), { recursive: true });
    writeFileSync(at, content, { mode: path.includes("home") ? 0o644 : 0o600 });
    const archive = join(this.folder, "archive.tar");
    await must("tar", ["-cf", archive, "--owner=0", "--group=0", "-C", join(this.folder, "root"), path]);
    await must("sh", ["-c", `docker cp - ${this.name}:/ <"${archive}"`]);
  }

  private async remove(): Promise<void> {
    await run("docker", ["rm", "--force", this.name]);
    await run("docker", ["volume", "rm", this.name]);
  }

  private read(name: string): string {
    return readFileSync(join(this.folder, name), "utf8");
  }
}

/** Where stand-ins for public images are offered here, its Docker Engine pulls them from there. */
async function mirror(): Promise<object> {
  const { stdout } = await run("docker", ["ps", "--quiet", "--filter", "label=slipway.standins=source-registry"]);
  const [container] = stdout.split("\n");
  if (!container) return {};
  const address = await docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", container);
  return { "registry-mirrors": [`http://${address}:5000`] };
}
