import { docker } from "../docker";
import { must, run, type Ended } from "../run";
import { named, type Planted } from "../secrets";

/** What a test does inside a container that is a machine with a Docker Engine of its own. */
export abstract class MachineInside {
  /** The container's name. */
  abstract readonly name: string;

  /** Its address on the network that this machine shares with it. */
  async address(): Promise<string> {
    const addresses = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    return docker("inspect", "--format", addresses, this.name);
  }

  /** Runs a command there, which has to succeed. */
  async sh(script: string): Promise<string> {
    return (await must("docker", ["exec", this.name, "sh", "-c", script])).trim();
  }

  /** Runs a command of its own Docker Engine. */
  docker(...args: string[]): Promise<Ended> {
    return run("docker", ["exec", this.name, "docker", ...args]);
  }

  /** Where secrets are among what its Docker Engine shows: of containers and their logs. */
  async places(planted: Planted): Promise<string[]> {
    const ids = (await this.docker("ps", "--all", "--quiet")).stdout.split("\n").filter(Boolean);
    const texts: Record<string, string> = {};
    for (const id of ids) {
      texts[`docker inspect of ${id}`] = (await this.docker("inspect", id)).stdout;
      const { stdout, stderr } = await this.docker("logs", id);
      texts[`log of ${id}`] = stdout + stderr;
    }
    return named(texts, planted);
  }
}
