import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { docker } from "../../../tests/e2e/docker";
import { freePorts } from "../../../tests/e2e/ports";
import { run } from "../../../tests/e2e/run";
import { grace, healthcheck, type Edition } from "../application";
import { edition } from "../editions";
import type { Images } from "./images";
import type { Peer } from "./measure";

/** The network that a swarm makes on each of its machines, and leaves behind. */
const bridge = "docker_gwbridge";

/**
 * A Swarm service that starts the new task before it stops the old one. A proxy in front asks Docker's DNS for the
 * tasks. The names lead to the tasks themselves (dnsrr), because Swarm's own balancing fails on some kernels.
 */
export class Swarm implements Peer {
  readonly group = "swarm";
  private running?: Edition;

  private constructor(
    private readonly images: Images,
    private readonly port: number,
    /** Whether this run made the swarm, and the bridge that a swarm makes for itself. */
    private readonly began: { swarm: boolean; bridge: boolean },
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The tasks' label, which the proxy does not carry. */
  get label(): string {
    return `bench.tasks=${this.images.name}`;
  }

  static async open(images: Images, runs: number): Promise<Swarm> {
    for (let number = 1; number <= runs + 1; number++) await images.build(edition(number).web);
    const [port = 0] = await freePorts(1);
    const swarm = (await docker("info", "--format", "{{.Swarm.LocalNodeState}}")) === "inactive";
    const began = { swarm, bridge: (await run("docker", ["network", "inspect", bridge])).code !== 0 };
    if (swarm) await docker("swarm", "init", "--advertise-addr", "127.0.0.1");
    return new Swarm(images, port, began);
  }

  async up(to: Edition): Promise<void> {
    const before = this.running;
    this.running = to;
    if (!before) {
      await this.begin(to);
      return;
    }
    const services = (["web", "api"] as const).filter((service) => before[service] !== to[service]);
    await Promise.all(
      services.map((service) =>
        docker(
          "service",
          "update",
          "--quiet",
          "--no-resolve-image",
          "--image",
          this.images.of(to[service]),
          this.of(service),
        ),
      ),
    );
  }

  async close(): Promise<void> {
    const { name } = this.images;
    await run("docker", ["service", "rm", this.of("web"), this.of("api")]);
    await run("docker", ["rm", "--force", `${name}-proxy`]);
    if (this.began.swarm) {
      await run("docker", ["swarm", "leave", "--force"]);
    }
    await run("docker", ["network", "rm", name, ...(this.began.bridge ? [bridge] : [])]);
  }

  private async begin(to: Edition): Promise<void> {
    const { name, label } = this.images;
    await docker("network", "create", "--driver", "overlay", "--attachable", "--label", label, name);
    await this.create("api", to.api);
    await this.create("web", to.web, "--env", `API_URL=http://${this.of("api")}:3000`);
    const file = join(this.images.folder, "haproxy.cfg");
    writeFileSync(file, proxyConfig(this.of("web")));
    const proxy = `${name}-proxy`;
    const publish = `127.0.0.1:${this.port}:8080`;
    await docker("create", "--name", proxy, "--label", label, "--network", name, "--publish", publish, "haproxy:3.2");
    await docker("cp", file, `${proxy}:/usr/local/etc/haproxy/haproxy.cfg`);
    await docker("start", proxy);
  }

  private async create(service: "web" | "api", version: string, ...more: string[]): Promise<void> {
    const [, ...command] = healthcheck.test;
    await docker(
      ...["service", "create", "--quiet", "--no-resolve-image", "--name", this.of(service)],
      ...["--network", this.images.name, "--endpoint-mode", "dnsrr"],
      ...["--container-label", this.images.label, "--container-label", this.label],
      ...["--update-order", "start-first", "--update-monitor", "1s", "--stop-grace-period", `${grace}s`],
      ...["--health-cmd", command.join(" "), "--health-interval", healthcheck.interval],
      ...["--health-timeout", healthcheck.timeout, "--health-retries", String(healthcheck.retries)],
      ...more,
      this.images.of(version),
    );
  }

  private of(service: "web" | "api"): string {
    return `${this.images.name}-${service}`;
  }
}

/**
 * Sends to all tasks of the name, which is looked up each half second, and to another one where a connection is
 * refused.
 */
function proxyConfig(service: string): string {
  return `global
  maxconn 8000
resolvers docker
  nameserver dns 127.0.0.11:53
  timeout resolve 500ms
  timeout retry 500ms
  hold valid 500ms
  hold obsolete 0s
defaults
  mode http
  option redispatch 1
  retries 3
  timeout connect 2s
  timeout client 75s
  timeout server 75s
  timeout tunnel 1h
frontend web
  bind :8080
  default_backend tasks
backend tasks
  server-template task 4 ${service}:3000 resolvers docker resolve-prefer ipv4 init-addr none
`;
}
