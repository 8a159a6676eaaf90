import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";
import { join } from "node:path";
import { freePorts } from "./ports";
import { note, type Moment } from "./alike";
import type { EngineKind } from "./engines";
import { Project } from "./project";

/** What the shop window shows. */
export interface Page {
  /** The release that the edge says serves. */
  header: string;
  version: string;
  arguments: string[];
  stage: string;
  greeting: string;
  overlay: string;
  /** Hashes of the secrets that the services were given. */
  token: string;
  safe: string;
  key: string;
  window: string;
  pages: string[];
  visits: number | null;
  counter: string;
  cache: string;
}

/** The ports of one stage. */
interface Ports {
  web: number;
  line: number;
}

/** The fixture application with both of its stages; the secrets are another's in each run and stage. */
export class Shop {
  private constructor(
    readonly project: Project,
    private readonly ports: Record<string, Ports>,
    /** By what they are for; the key is a file, which both stages have. */
    readonly secrets: Record<string, string>,
  ) {}

  /** @param registry whether it has a registry of its own or the one that all scenarios share */
  static async open(kind: EngineKind, registry: "own" | "shared"): Promise<Shop> {
    const project = await Project.create(kind, "shop", join(__dirname, "fixtures", "shop"));
    const [a = 0, b = 0, c = 0, d = 0] = await freePorts(4);
    const ports = { staging: { web: a, line: b }, production: { web: c, line: d } };
    const names = ["staging API_TOKEN", "staging SAFE_CODE", "production API_TOKEN", "production SAFE_CODE", "key"];
    const secrets = Object.fromEntries(names.map((name) => [name, `planted-${randomBytes(12).toString("hex")}`]));
    const shop = new Shop(project, ports, secrets);
    project.write("private.key", shop.secret("key"));
    const at = registry === "own" ? await project.registry() : await project.sharedRegistry();
    await project.stage("staging", { compose: "compose.yaml", registry: at, env: env(ports.staging) });
    await project.stage("production", {
      promoteFrom: "staging",
      overlay: "compose.production.yaml",
      ...(registry === "own" ? {} : { registry: at }),
      env: env(ports.production),
    });
    for (const stage of ["staging", "production"]) {
      for (const name of ["API_TOKEN", "SAFE_CODE"]) {
        await project.engine.setConfig(stage, `env.${name}`, shop.secret(`${stage} ${name}`), { secret: true });
      }
      if (registry === "shared") {
        await project.logIn(stage);
      }
    }
    return shop;
  }

  secret(name: string): string {
    return this.secrets[name] ?? "";
  }

  /** The hash by which a service shows that it was given a secret. */
  hash(name: string): string {
    return createHash("sha256").update(this.secret(name)).digest("hex");
  }

  port(stage: string): Ports {
    return this.ports[stage] ?? { web: 0, line: 0 };
  }

  /** Notes what the engine left of a stage, for the comparison with another's. */
  async note(moment: Moment, stage: string): Promise<void> {
    const { engine, name, registryPort } = this.project;
    const ports = Object.entries(this.ports).flatMap(([of, { web, line }]) => [
      [String(web), `PORT-${of}-web`],
      [String(line), `PORT-${of}-line`],
    ]);
    const secrets = Object.entries(this.secrets).map(([secret, value]) => [value, secret]);
    const own = Object.fromEntries([...ports, ...secrets, [String(registryPort), "REGISTRY-PORT"]]);
    await note(moment, { engine, project: name, stage, own });
  }

  /** Visits the page, which counts. */
  visit(stage: string): Promise<Page> {
    return this.get(stage, "/");
  }

  /** Looks at the page without being counted. */
  look(stage: string): Promise<Page> {
    return this.get(stage, "/look");
  }

  /** What the service that speaks no HTTP says on its port. */
  line(stage: string): Promise<string> {
    return new Promise((done, fail) => {
      let text = "";
      connect(this.port(stage).line, "127.0.0.1")
        .on("data", (data) => (text += data.toString()))
        .on("end", () => done(text.trim()))
        .on("error", fail);
    });
  }

  private async get(stage: string, path: string): Promise<Page> {
    const answer = await fetch(`http://127.0.0.1:${this.port(stage).web}${path}`, {
      signal: AbortSignal.timeout(20_000),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`The page of ${stage} answers ${answer.status}: ${text}`);
    }
    return { ...(JSON.parse(text) as Page), header: answer.headers.get("x-slipway-release") ?? "" };
  }
}

function env({ web, line }: Ports): Record<string, string> {
  return { WEB_PORT: String(web), LINE_PORT: String(line) };
}
