import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backupIdentity, recipientOf } from "../../backup/age/keys";
import type { Manifest } from "../../backup/manifest";
import type { StageRun } from "../../release/record";
import { openLedger } from "../../plan/ledgerRelease";
import { docker, services } from "./docker";
import type { EngineKind } from "./engines";
import { Project } from "./project";
import { run, type Ended } from "./run";
import { program as runnersProgram } from "./runner";

/** What is in a stage's data services. */
export interface Contents {
  rows: string[];
  key: string;
  note: string;
}

const password = `planted-${randomBytes(12).toString("hex")}`;

/** An application with data, in two stages, with the registry that all scenarios share. */
export class Data {
  private constructor(readonly project: Project) {}

  /** The password of its databases, which must be readable nowhere. */
  static readonly password = password;

  /** The private key of a person who reads backups, beside the stage's own. */
  static readonly reader = backupIdentity(randomBytes(32).toString("hex"));

  static async open(kind: EngineKind): Promise<Data> {
    const project = await Project.create(kind, "data", join(__dirname, "fixtures", "data"));
    const registry = await project.sharedRegistry();
    await project.stage("staging", { compose: "compose.yaml", registry });
    const recipients = [recipientOf(Data.reader)];
    await project.stage("production", { promoteFrom: "staging", registry, backup: { keep: 1, days: 1, recipients } });
    for (const stage of ["staging", "production"]) {
      await project.logIn(stage);
      await project.engine.setConfig(stage, "env.PASSWORD", password, { secret: true });
    }
    return new Data(project);
  }

  /** Commits another edition of a service, and makes a release of it. */
  async another(service: "app" | "db", edition: string): Promise<void> {
    const name = service === "app" ? "EDITION" : "DB_EDITION";
    const pattern = new RegExp(`\\b${name}: \\w+`);
    this.project.write("compose.yaml", this.project.read("compose.yaml").replace(pattern, `${name}: ${edition}`));
    await this.project.commit(`Make the ${edition} edition of ${service}`);
  }

  async container(service: string): Promise<string> {
    return (await services(this.project.name, "production"))[service]?.Id ?? "none";
  }

  async sql(text: string, container?: string): Promise<string[]> {
    const at = container ?? (await this.container("db"));
    return (await docker("exec", at, "psql", "-XAtq", "-U", container ? "slipway_scratch" : "shop", "shop", "-c", text))
      .split("\n")
      .filter(Boolean);
  }

  /** Waits until the database answers. */
  async answers(): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      if (await this.sql("SELECT 1").catch(() => undefined)) {
        return;
      }
      await new Promise((done) => setTimeout(done, 200));
    }
    throw new Error("The database does not answer.");
  }

  async redis(...words: string[]): Promise<string> {
    return docker("exec", "-e", `REDISCLI_AUTH=${password}`, await this.container("cache"), "redis-cli", ...words);
  }

  async write({ rows, key, note }: Contents): Promise<void> {
    await this.sql("CREATE TABLE IF NOT EXISTS items (name text)");
    await this.sql("TRUNCATE items");
    await this.sql(`INSERT INTO items VALUES ${rows.map((row) => `('${row}')`).join(", ")}`);
    await this.redis("set", "key", key);
    await docker("exec", await this.container("notes"), "sh", "-c", `printf %s '${note}' >/data/note`);
  }

  async contents(): Promise<Contents> {
    return {
      rows: await this.sql("SELECT name FROM items ORDER BY name"),
      key: await this.redis("get", "key"),
      note: await docker("exec", await this.container("notes"), "cat", "/data/note"),
    };
  }

  /** What the ledger keeps of production, oldest first. */
  async history(): Promise<StageRun[]> {
    const { address, username, password } = this.project.guarded ?? { address: "", username: "", password: "" };
    const credentials = { username, password };
    return (await openLedger({ address, credentials }, this.project.name)).ledger.history("production");
  }

  /** Runs `slipway` in the project's folder, as a user does. */
  async slipway(...args: string[]): Promise<Ended> {
    const { folder, engine } = this.project;
    const program = join(folder, "node_modules", "slipway", "dist", "cli", "main.js");
    return run(process.execPath, [program, ...args, "-s", "production"], { cwd: folder, env: { ...engine.env } });
  }

  /** Runs `slipway restore` with the key that the stage's state has; the embedded runner's is told by its own command. */
  async restore(...args: string[]): Promise<Ended> {
    if (this.project.engine.name !== "runner") return this.slipway("restore", ...args);
    return this.withKey(await this.key(), (file) => this.slipway("restore", ...args, "--identity", file));
  }

  /** What prints the key of the stage's backups, to be kept elsewhere. */
  async key(): Promise<string> {
    const { folder, engine } = this.project;
    const { stdout, stderr, code } =
      engine.name === "runner"
        ? await run(process.execPath, [runnersProgram, "key", "-s", "production"], {
            cwd: folder,
            env: { ...engine.env },
          })
        : await this.slipway("backups", "--key");
    if (code !== 0) throw new Error(stderr);
    return stdout;
  }

  /** Gives a key as a file, as long as some work takes. */
  async withKey<T>(text: string, work: (file: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), "slipway-key-"));
    try {
      const file = join(folder, "key.txt");
      writeFileSync(file, `${text}\n`);
      return await work(file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** The backups, newest first. */
  async backups(): Promise<Manifest[]> {
    const { stdout, stderr, code } = await this.slipway("backups", "--json");
    if (code !== 0) {
      throw new Error(stderr);
    }
    return JSON.parse(stdout) as Manifest[];
  }

  /** Runs a script where the backups lie. */
  async inVolume(script: string): Promise<string> {
    const volume = `${this.project.name}-production-backups`;
    return docker(
      "run",
      "--rm",
      "--entrypoint",
      "sh",
      "-v",
      `${volume}:/backups`,
      "-w",
      "/backups",
      "redis:7",
      "-c",
      script,
    );
  }
}
