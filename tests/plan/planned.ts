import * as pulumi from "@pulumi/pulumi";
import { parse, stringify } from "yaml";
import { planStage, type StagePlan } from "../../plan/stage";
import { Registry } from "../../registry/client/registry";
import { Ledger } from "../../release/ledger";
import type { Release } from "../../release/record";
import { addReleaseKey } from "../../release/signing/keyFiles";
import { readSettings } from "../../plan/readSettings";
import { FakeEngine } from "../docker/fakeEngine";
import { TestRegistry } from "../registry/fakeRegistry";
import { pushImage } from "../registry/images";
import { pair, signed } from "../release/signing/key";
import { Folder } from "../release/folder";

/** Who may log in to the registry. */
const login = { username: "ada", password: "planted-r3g-password" };

/** Refuses all: planning looks at the Engine itself, and asks the command for its builder alone. */
const command = `#!/bin/sh
case "$1" in
--version) echo 'Docker version 28.0.0' ;;
buildx) ;;
*) echo "no way to docker $*" >&2; exit 1 ;;
esac
`;

/** What planning asks of a machine; all else is refused: planning only looks. */
const answers = (platform: string, volumes: Readonly<Record<string, string>>): Record<string, unknown> => {
  const [os = "", arch = ""] = platform.split("/");
  const labels = (owner: string): Record<string, string> => {
    const [project = "", stage = ""] = owner.split("/");
    return { "slipway.project": project, "slipway.stage": stage };
  };
  return {
    "/version": { Os: os, Arch: arch },
    "/info": { DockerRootDir: "/var/lib/docker" },
    "/volumes": {
      Volumes: Object.entries(volumes).map(([name, owner]) => ({ Name: name, Driver: "local", Labels: labels(owner) })),
    },
    "/containers/json": [],
    "/networks": [],
  };
};

/**
 * A project with the stages staging, which builds, and production, which takes releases over: on disk and in git, with a registry and a machine's
 * Engine within this process. A stage of it is planned as its update plans it, from its files on.
 */
export class PlannedProject {
  readonly name = "shop";
  readonly folder = new Folder();
  private readonly bin = new Folder();
  private readonly before = { PATH: process.env["PATH"], cwd: process.cwd() };
  /** The release that staging says it runs. */
  private staged: { name: string; record: string } | undefined;

  /** What the machine answers, by path. */
  private found: Record<string, unknown> = {};
  private machineEngine!: FakeEngine;

  private constructor(readonly server: TestRegistry) {}

  /** @param files path → content, with a `compose.yaml` */
  static async open(files: Readonly<Record<string, string>>): Promise<PlannedProject> {
    const server = await TestRegistry.start({ login: { kind: "basic", ...login } });
    const project = new PlannedProject(server);
    const registry = { kind: "existing", address: server.address, ...login };
    project.folder.write({ "Pulumi.yaml": "name: shop\nruntime: nodejs\n", ".gitignore": "Pulumi.*.yaml\n", ...files });
    project.folder.commit();
    project.settings("staging", { compose: "compose.yaml", registry });
    project.settings("production", { promoteFrom: "staging", registry });
    project.machine({});
    project.machineEngine = await FakeEngine.start((asked) => project.found[/^GET (\/[^?]*)/.exec(asked)?.[1] ?? ""]);
    project.bin.write({ docker: command });
    process.env["PATH"] = `${project.bin.path}:${project.before.PATH}`;
    process.chdir(project.folder.path);
    return project;
  }

  async close(): Promise<void> {
    process.chdir(this.before.cwd);
    process.env["PATH"] = this.before.PATH;
    this.machineEngine.stop();
    await this.server.stop();
    [this.folder, this.bin].forEach((folder) => folder.remove());
  }

  /** Says what the machine has: its volumes, by name, with the stage that each belongs to. */
  machine(volumes: Readonly<Record<string, string>>, platform = "linux/amd64"): void {
    this.found = answers(platform, volumes);
  }

  /** Gives settings of a stage other values; what is undefined goes. */
  settings(stage: string, values: Readonly<Record<string, unknown>>): void {
    const file = `Pulumi.${stage}.yaml`;
    const known = this.read(stage);
    const given = Object.fromEntries(Object.entries(values).map(([key, value]) => [`slipway:${key}`, value]));
    this.folder.write({ [file]: stringify({ config: { ...known, ...given } }) });
  }

  /**
   * Puts a release into the ledger, which staging says it runs from then on.
   *
   * @param record what its record names as the stages' own, and the ports on which it answered by HTTP; undefined: nothing, as in records from before
   * @returns the digest of its image
   */
  async release(name: string, { own, http }: Partial<Pick<Release, "own" | "http">> = {}): Promise<string> {
    const registry = new Registry(this.server.address, login);
    const repository = `${this.name}/app`;
    const digest = await pushImage(registry, repository, { platform: "linux/amd64", layers: [name] }, name);
    const ledger = new Ledger(registry, this.name);
    await ledger.record({
      name,
      commit: "1a2b3c4",
      dirty: name.endsWith("-dirty"),
      createdAt: "2026-01-01T00:00:00.000Z",
      compose: ["compose.yaml"],
      files: { "compose.yaml": Buffer.from(this.folder.read("compose.yaml")) },
      images: { app: { repository, digest, platform: "linux/amd64" } },
      buildArgs: { app: { FLAVOUR: "plain" } },
      ...(own ? { own } : {}),
      ...(http ? { http } : {}),
    });
    this.staged = { name, record: await signed(ledger, name) };
    addReleaseKey(this.folder.path, pair.publicKey, "signs");
    return digest;
  }

  /** Plans a stage by its settings file. */
  async plan(stage: string): Promise<StagePlan> {
    const config = Object.entries(this.read(stage)).filter(([, value]) => value !== undefined);
    const texts = config.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
    pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>, []);
    const outputs = this.staged === undefined ? {} : { release: this.staged, registry: this.server.address };
    const mocks: pulumi.runtime.Mocks = {
      newResource: ({ name, inputs }) => ({ id: name, state: { ...(inputs as object), outputs } }),
      call: () => ({}),
    };
    await pulumi.runtime.setMocks(mocks, this.name, stage, false, "organization");
    return planStage(readSettings(this.folder.path), undefined, this.machineEngine.engine);
  }

  private read(stage: string): Record<string, unknown> {
    try {
      const text = this.folder.read(`Pulumi.${stage}.yaml`);
      return (parse(text) as { config: Record<string, unknown> }).config;
    } catch {
      return {};
    }
  }
}
