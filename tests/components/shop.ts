import type { Application } from "../../plan/application";
import { planBackup } from "../../backup/plan";
import type { Hands } from "../../components/hands";
import { folderOfStage } from "../../machine/ssh/files";
import type { PlannedVm } from "../../machine/vm/planned";
import type { StagePlan } from "../../plan/stage";
import type { ImagePlan } from "../../release/images";
import type { Promotion } from "../../release/diff";
import type { Release } from "../../release/record";
import { Stage } from "../../components/stage";
import { container, declare, digestOf, generated, of, type Declared } from "./engine";
import { azureMachine } from "../../settings/azure";
import { gceMachine } from "../../settings/gce";
import type { Login } from "../../settings/registryPlan";
import type { TunnelSettings } from "../../settings/tunnel";
import { cloudsKnow } from "../clouds/know";
import { stageClaims } from "../../plan/claims";
import { portsOf } from "../../plan/conflicts";
import { planEdge } from "../../plan/edge";
import { applicationOf, plainEdge } from "./project";

/** The values that must be readable nowhere. */
export const planted = { password: "planted-Xy7-password", key: "planted-Qr9-key" };

/** An application with a service of every kind that a stage treats in a way of its own. */
const compose = `
services:
  web:
    build: ./web
    depends_on:
      api: { condition: service_healthy }
    ports:
      - { target: 3000, published: "\${WEB_PORT}", app_protocol: http, host_ip: 127.0.0.1 }
    healthcheck: { test: ["CMD", "ask-it"], interval: 1s, timeout: 1s, retries: 2 }
    networks: [front]
    configs:
      - { source: banner, target: /etc/banner }
    deploy: { resources: { limits: { memory: 128M, cpus: "0.5" } } }
  api:
    build: ./api
    depends_on: [db, cache]
    environment:
      DATABASE_URL: postgres://shop:\${DB_PASSWORD}@db/shop
      LEVEL: info
    secrets: [api_key]
    networks: [front, back]
    healthcheck: { test: ["CMD", "ask-it"] }
    restart: on-failure:5
  worker:
    build: ./api
    command: ["work"]
    networks: [back]
  db:
    image: postgres:16
    secrets: [db_password]
    volumes: ["db-data:/var/lib/postgresql/data"]
    networks: [back]
    healthcheck: { test: ["CMD", "pg_isready"] }
    deploy: { resources: { limits: { memory: 256M } } }
  cache:
    image: redis:7
    tmpfs: /data
    networks: [back]
    mem_limit: 64m
  mail:
    image: mailhog/mailhog:v1.0.1
    ports: ["127.0.0.1:1025:1025"]
    networks: [back, company]
  uploads:
    image: redis:7
    volumes: ["files:/data"]
    x-slipway: { sharesVolumes: true }
    networks: [back]
  reports:
    image: redis:7
    volumes: ["old-reports:/reports", "./reports.conf:/etc/reports.conf:ro"]
    networks: [back]
networks:
  front:
  back: { internal: true }
  company: { external: true, name: company-lan }
volumes:
  db-data:
  files:
  old-reports: { external: true, name: reports-of-2020 }
secrets:
  db_password: { environment: DB_PASSWORD }
  api_key: { file: ./secrets/api_key }
configs:
  banner: { content: "This is \${SLIPWAY_STAGE}" }
`;

/** What a test may want otherwise. */
export interface Wishes {
  stage?: string;
  compose?: string;
  release?: Partial<Release>;
  /** What the stage makes up for itself. */
  generate?: StagePlan["generate"];
  /** How it is reached without an open port. */
  tunnel?: TunnelSettings;
}

/** The application as a stage reads it. */
export function shopFor(stage: string, text = compose, generated: string[] = [], tunnel?: TunnelSettings): Application {
  return applicationOf(
    { "compose.yaml": text, "secrets/api_key": planted.key, "reports.conf": "daily\n" },
    { stage, env: { WEB_PORT: "8080", DB_PASSWORD: planted.password }, secretEnv: ["DB_PASSWORD"], generated, tunnel },
  );
}

const id = (stage: string) => ({ project: "shop", stage });
const machine = {
  name: "this machine",
};
const login = { username: "deployer", password: planted.password };

const shared = (
  stage: string,
  { compose: text, generate = {}, tunnel }: Pick<Wishes, "compose" | "generate" | "tunnel">,
): Omit<StagePlan, "origin"> => ({
  id: id(stage),
  machine,
  registry: { address: "127.0.0.1:5000" },
  mirrors: {},
  ...decidedOf(id(stage), shopFor(stage, text, Object.keys(generate), tunnel)),
  checks: { http: [], runs: [] },
  watch: 0,
  jobs: { shows: {} },
  generate,
  signing: { builds: stage === "staging" },
  notices: [],
  unchangedNetworks: [],
});

/** What follows from an application in a stage with settings of no kind. */
export function decidedOf(
  { project, stage }: StagePlan["id"],
  application: Application,
  edge = plainEdge,
): Pick<StagePlan, "application" | "edge" | "domain" | "ports" | "handover" | "facts"> {
  return {
    application,
    edge: planEdge({ stage, edge }, application),
    domain: edge.domain[0],
    ports: portsOf(application, { port: 5000 }),
    handover: { next: stageClaims(application) },
    facts: { project, stage, takesOver: stage === "production", others: [] },
  };
}

const buildDefaults = {
  labels: {},
  cacheFrom: [],
  extraHosts: [],
  additionalContexts: {},
  platform: "linux/amd64",
  noCache: false,
  pull: false,
};

/** The plan of a stage that builds. */
export function building({ stage = "staging", ...wishes }: Wishes = {}): StagePlan {
  const plan = shared(stage, wishes);
  const text = wishes.compose;
  return {
    ...plan,
    runsLocally: { port: 5000, image: "registry:2" },
    retention: { keep: 20, pins: ["v0-20260101-000000"] },
    origin: {
      kind: "build",
      source: {
        commit: "1a2b3c4",
        dirty: false,
        compose: ["compose.yaml"],
        files: { "compose.yaml": Buffer.from(text ?? compose).toString("base64") },
        executable: [],
        own: [],
        images: imagesOf(plan.application),
        buildArgs: {},
      },
    },
  };
}

/** The plan of a stage that takes a release over. */
export function promoted({ stage = "production", release, ...wishes }: Wishes = {}): StagePlan {
  const plan = shared(stage, wishes);
  const taken = { ...releaseOf(plan.application), ...release };
  const promotion: Promotion = { from: "v0-20260101-000000", to: taken.name, changed: ["web"], unchanged: ["api"] };
  const before = {
    release: "v0-20260101-000000",
    at: "2026-01-01T00:00:00.000Z",
    by: "ada",
    kind: "promotion",
  } as const;
  const now = new Date("2026-11-21T14:30:22.000Z");
  return {
    ...plan,
    backup: planBackup(
      plan.id,
      plan.application.config,
      taken.name,
      [before],
      { keep: 10, days: 30, recipients: [] },
      now,
    ),
    origin: {
      kind: "ledger",
      release: taken,
      record: digestOf(taken.name),
      before: { name: before.release, record: digestOf(before.release) },
      promotion,
      run: { kind: "promotion", pinned: false, promotion },
    },
  };
}

/** The plan of a stage that is held at a release; `builds` says whether it builds when it is not. */
export function pinned(builds: boolean, wishes: Wishes = {}): StagePlan {
  const plan = promoted({ stage: builds ? "staging" : "production", ...wishes });
  const { origin } = plan;
  if (origin.kind !== "ledger") {
    throw new Error("A pinned stage takes its release from the ledger.");
  }
  return {
    ...plan,
    ...(builds ? { runsLocally: { port: 5000, image: "registry:2" }, retention: { keep: 20, pins: [] } } : {}),
    origin: { ...origin, run: { ...origin.run, kind: "rollback", pinned: true } },
  };
}

/** The plan of a stage on a machine that is reached over SSH and has no Docker yet, which copies a release into a registry of its own. */
export function elsewhere(wishes: Wishes & { lacksDocker?: boolean } = {}): StagePlan {
  const { lacksDocker = true } = wishes;
  const reachedBy = ".slipway/ssh/0123456789ab";
  const ssh = { host: "shop.example.com", port: 22, user: "root", hostKey: ["ssh-ed25519 AAAA"], key: planted.key };
  const sshOpts = ["-F", `${reachedBy}/config`];
  return {
    ...promoted(wishes),
    machine: { ...machine, name: "shop.example.com", ssh, reachedBy, host: "ssh://machine", sshOpts, lacksDocker },
    registry: { address: "127.0.0.1:5000", on: reachedBy },
    runsLocally: { port: 5000, image: "registry:2" },
    retention: { keep: 20, pins: [] },
    sourceRegistry: { address: "127.0.0.1:5000", on: ".slipway/ssh/ba9876543210" },
  };
}

/** The plan of a stage that builds, or takes a release over, on a VM that it declares in a cloud, and that has yet to be made. */
export function inCloud(
  kind: "gce" | "azure",
  { builds = true, compose: text, ...more }: { builds?: boolean; compose?: string } & Partial<PlannedVm> = {},
): StagePlan {
  const plan = builds ? building({ compose: text }) : promoted({ compose: text });
  const reachedBy = folderOfStage(plan.id);
  const vm: PlannedVm = {
    cloud: kind === "gce" ? "slipway-gcp" : "slipway-azure",
    settings: kind === "gce" ? gceSettings : azureSettings,
    name: `the VM shop-${plan.id.stage}`,
    registry: kind === "gce" ? "artifact-registry" : "acr",
    answers: false,
    ...more,
  };
  return {
    ...plan,
    machine: {
      ...machine,
      name: vm.name,
      vm,
      reachedBy,
      host: "ssh://machine",
      sshOpts: ["-F", `${reachedBy}/config`],
    },
    registry: { address: "127.0.0.1:5000", on: reachedBy },
    runsLocally: { port: 5000, image: "registry:2" },
    retention: { keep: 20, pins: [] },
    ...(builds ? {} : { sourceRegistry: { address: "127.0.0.1:5000", on: ".slipway/ssh/ba9876543210" } }),
  };
}

const gceSettings = gceMachine.parse({ kind: "gce", project: "shop-123456", zone: "europe-west1-b" });
const azureSettings = azureMachine.parse({ kind: "azure", location: "westeurope", sshFrom: ["203.0.113.7/32"] });

/** The same plan with a registry that asks for a password. */
export function withLogin(plan: StagePlan): StagePlan {
  return {
    ...plan,
    runsLocally: undefined,
    registry: { address: "registry.example.com/team", credentials: login },
  };
}

/** Who the registry of a stage lets in, where it runs one: as the engine makes it up. */
export const madeLogin = ({ project, stage }: StagePlan["id"]): Login => ({
  username: "slipway",
  password: `${generated}${project}-${stage}-registry-password`,
});

/** The plan of a stage that was told who the registry of another one lets in. */
export function letIn(plan: StagePlan): StagePlan {
  return { ...plan, registry: { address: "127.0.0.1:5000", credentials: login, isGenerated: true } };
}

/** Declares a stage by its plan. */
export const run = (plan: StagePlan, preview = false, hands: Hands = {}) =>
  declare({ ...plan.id, preview }, () => new Stage("app", plan, {}, hands).outputs, undefined, cloudsKnow);

const looked = new Map<StagePlan, ReturnType<typeof run>>();

/** Declares a stage once, for all tests that look at it. */
export function look(plan: StagePlan): ReturnType<typeof run> {
  const known = looked.get(plan) ?? run(plan);
  looked.set(plan, known);
  return known;
}

/** The container of a service. */
export function serviceOf(resources: Declared[], { id }: StagePlan, service: string): Declared {
  const found = of(resources, container).find(({ name }) => name === `${id.project}-${id.stage}-${service}`);
  if (!found) {
    throw new Error(`The service ${service} has no container.`);
  }
  return found;
}

function releaseOf(application: Application): Release {
  const images = imagesOf(application).flatMap(({ services, repository, tag, platform }) =>
    services.map((service) => [service, { repository, digest: digestOf(`${repository}:${tag}`), platform }] as const),
  );
  return {
    name: "v1a2b3c4-20261121-120000",
    commit: "1a2b3c4",
    dirty: false,
    createdAt: "2026-11-21T12:00:00.000Z",
    compose: ["compose.yaml"],
    images: Object.fromEntries(images),
    buildArgs: {},
    files: { "compose.yaml": Buffer.from(compose) },
  };
}

/** As `planImages` would plan them, without any folder to look at. */
function imagesOf({ config }: Application): ImagePlan[] {
  const plans = new Map<string, ImagePlan>();
  for (const [name, { build, image }] of Object.entries(config.services)) {
    const known = plans.get(image ?? build?.context ?? "");
    if (known) {
      known.services.push(name);
      continue;
    }
    const [path = name, tag = "content"] = image?.split(":") ?? [];
    const from: ImagePlan["from"] = build
      ? {
          kind: "build",
          files: [],
          contexts: [],
          build: { ...buildDefaults, context: build.context ?? ".", args: {} },
        }
      : { kind: "copy", reference: image ?? "", always: false };
    plans.set(image ?? build?.context ?? "", {
      name: build ? name : `${path}-${tag}`.replace("/", "-"),
      services: [name],
      repository: `shop/${path}`,
      tag,
      platform: "linux/amd64",
      from,
    });
  }
  return [...plans.values()];
}

/** Every kind of stage that there is. */
export const stages: Record<string, StagePlan> = {
  "that builds": building(),
  "that builds, pinned": pinned(true),
  "that takes a release over": promoted(),
  "that takes a release over, pinned": pinned(false),
  "on another machine, which takes a release over": elsewhere(),
};
