import * as pulumi from "@pulumi/pulumi";
import type { StageSettings } from "../settings/settings";
import type { Check } from "../settings/checks";
import type { EdgeSettings } from "../settings/edge";
import type { GeneratedSecret } from "../settings/generate";
import { dataServices } from "../backup/dataServices";
import { givingData, planBackup, planHandoverBackup, type BackupPlan } from "../backup/plan";
import { checkBuiltArguments } from "../release/arguments";
import { readApplication, type Application, type Description } from "./application";
import { factsOf, otherStages } from "./facts";
import { defineEdge, downtimeOf } from "../edge/definition";
import { httpChecks } from "../edge/httpChecks";
import { stageClaims } from "./claims";
import { handovers, toldOf } from "../docker/holders/handover";
import { dockerHolders, type Holders } from "../docker/holders/holders";
import { processKeeper } from "../components/holders/keeper";
import { saveOn } from "../components/holders/save";
import { namedChecks } from "../jobs/checks";
import { planJobs, planNewJobs, type JobsPlan } from "../jobs/plan";
import { namesOf } from "../application/roles";
import type { StageId } from "../docker/labels";
import { dockerLeftovers, type Leftovers } from "../docker/orphans/orphans";
import { checkMachine, portsOf } from "./conflicts";
import { compareExisting } from "./existing";
import { leftBehind } from "./unnamedVolumes";
import { goingTo } from "../machine/connectTo";
import type { Machine } from "../machine/machine";
import type { SshMachine } from "../machine/ssh/host";
import { folderOn, reachMachine } from "../machine/connect";
import { checkAlways } from "./alwaysHold";
import { hostedRegistry, type HostedRegistry } from "../components/registry/cloud";
import type { ImageFacts } from "../registry/client/imageFacts";
import { Sources } from "../registry/mirrors";
import { registryDowntime } from "../registry/downtime";
import { placeRegistry, unreadable, type PlacedRegistry } from "../registry/choose";
import { type RegistryPlan } from "../settings/registryPlan";
import type { ReleaseSource } from "../release/source";
import type { Promotion } from "../release/diff";
import { ReleaseFiles, WorkFiles } from "../release/files";
import { factsOfImages } from "../release/imageFacts";
import type { ImagePlan } from "../release/images";
import { fingerprints, isRollback, promotionTo } from "../release/promotion";
import type { Release, StageRun } from "../release/record";
import { readSource } from "./buildSource";
import { openLedger, takeRelease } from "./ledgerRelease";
import { Refusal } from "../errors/refusal";
import { withCloudSecrets } from "../secrets/cloud";
import { Secrets } from "../application/secrets";
import { withImages } from "./withImages";
import { planTunnel, type TunnelPlan } from "../tunnel/plan";

/** Where a stage's release comes from. */
export type Origin =
  | { kind: "build"; source: ReleaseSource }
  | {
      kind: "ledger";
      release: Release;
      run: Pick<StageRun, "kind" | "pinned" | "promotion" | "jobs">;
      promotion: Promotion;
    };

/** Everything that a stage is decided by, read and checked before the first resource is declared. */
export interface StagePlan {
  id: StageId;
  /** The names of the project's other stages, as far as they are known. */
  others?: string[];
  machine: Machine;
  registry: RegistryPlan;
  /** The registry that this stage declares; none where another stage does, or where it existed before. */
  declares?: { port: number; image: string };
  /** The registry on another machine from which the release is copied into the stage's own, before anything changes. */
  from?: RegistryPlan;
  /** The cloud's registry that this stage declares. */
  hosted?: HostedRegistry;
  /** The cloud's registry that another stage declares, and this one lets its machine pull from. */
  admits?: HostedRegistry;
  /** Whether its machine pulls as what it is to the registry's cloud. */
  byIdentity?: boolean;
  /** Where a registry's images are read from instead, by its name. */
  mirrors: Record<string, string>;
  application: Application;
  origin: Origin;
  /** How its HTTP services are reached. */
  edge: EdgeSettings;
  /** How they are reached without an open port. */
  tunnel?: TunnelPlan;
  /** What a release must pass, before the cutover and after it. */
  checks: Check[];
  /** How long, in seconds, a release is watched behind the edge before the cutover counts. */
  watch: number;
  /** What is saved before the release changes, where the stage takes releases over and has data. */
  backup?: BackupPlan;
  /** What is to become of its jobs. */
  jobs: JobsPlan;
  /** What the ledger keeps, where this stage looks after it. */
  retention?: { keep: number; pins: string[] };
  /** The secrets that it makes up for itself, by name. */
  generate: Record<string, GeneratedSecret>;
  /** Takes away what killed updates left; undefined where there is no machine. */
  leftovers?: Leftovers;
  /** Sees to it that nothing has two holders at once; undefined where there is no machine. */
  holders?: Holders;
}

/**
 * Reads and checks everything that a stage depends on: its settings' compose files or the release that it takes over, the
 * ledger, and the machine. Nothing is changed.
 *
 * @param settings the stage's settings
 * @throws Refusal with a sentence for each thing that is wrong and what would be right
 */
export async function planStage(settings: StageSettings): Promise<StagePlan> {
  try {
    return await plan(settings);
  } catch (error) {
    if (error instanceof Error && !isBug(error)) {
      throw new Refusal(Secrets.describe(error.message));
    }
    throw error;
  }
}

async function plan(given: StageSettings): Promise<StagePlan> {
  const settings = await withCloudSecrets(given);
  const port = settings.registry.kind === "local" ? settings.registry.port : undefined;
  const id = { project: settings.project, stage: settings.stage };
  const machine = await reachMachine(settings.machine, id, process.cwd(), port);
  const stage = `${settings.project}/${settings.stage}`;
  const builds = settings.promoteFrom === undefined;
  const source = settings.release ? undefined : builds ? undefined : await readSourceStage(settings);
  const placed = placeRegistry({
    settings: settings.registry,
    ownRegistry: settings.ownRegistry,
    builds,
    source: source?.registry,
    on: machine.reachedBy,
    identity: machine.vm?.registry,
    holder: machine.ports.get(`${port}/tcp`)?.stage,
    stage,
  });
  const { hosted, admits, ...registries } = placed;
  const { registry } = placed;
  const wanted = settings.release ?? source?.release;
  const reason = wanted === undefined ? undefined : unreadable(wanted, placed, machine);
  if (reason !== undefined) throw new Error(reason);
  const shared = {
    id,
    others: otherStages(settings),
    machine,
    ...registries,
    mirrors: settings.registry.mirrors,
    edge: settings.edge,
    checks: settings.checks,
    watch: settings.watch,
    generate: settings.generate,
    retention: builds || placed.declares ? { keep: settings.retention, pins: settings.pins } : undefined,
  };
  const [declared, admitting] = await Promise.all(
    [hosted, admits].map((one) => one && hostedRegistry(one, settings.project)),
  );
  if (builds && settings.registry.kind === "existing") {
    await (await openLedger(registry, settings.project)).registry.ping();
  }
  const decided =
    wanted === undefined
      ? await planBuild(settings, machine, registry)
      : await planTaken(settings, machine, placed, wanted);
  const next = stageClaims(decided.application, shared.declares);
  const handed = handovers(next, machine.holders.get(stage) ?? []);
  // What takes releases over saves its data before each of them.
  const giving = decided.origin.kind === "build" ? givingData(handed, decided.application.config) : {};
  const saving = planHandoverBackup(id, giving, settings.backup, new Date());
  httpChecks(settings.checks, decided.application.listening, settings.edge.domain[0]);
  namedChecks(settings.checks, decided.application.config.services);
  const tunnel = settings.tunnel && (await planTunnel(settings.tunnel, id, decided.application.listening));
  await checkMachine(shared.id, portsOf(decided.application, shared.declares), decided.application, machine);
  checkAlways(decided.application, factsOf({ ...shared, ...decided }));
  const down = [
    downtimeOf(defineEdge(decided.application), machine.edges.get(stage)),
    registryDowntime(shared.declares, machine.holders.get(stage) ?? []),
  ];
  down.filter((one) => one !== undefined).forEach((one) => void pulumi.log.warn(one));
  const saved = Object.keys({ ...decided.backup?.services, ...giving });
  const told = [
    ...handed.map((one) => toldOf(one, saved)),
    ...(await compareExisting(id, decided.application.config, machine)),
    ...(await leftBehind(id, decided.application.unnamed, machine)),
  ];
  [...decided.application.warnings, ...told].forEach((warning) => void pulumi.log.warn(warning));
  const say = (line: string): void => void pulumi.log.info(line);
  const go = goingTo(machine);
  const leftovers = machine.lacksDocker ? undefined : dockerLeftovers(say, go);
  const keeper = processKeeper(id, machine.reachedBy);
  const save = saving && ((): Promise<void> => saveOn(machine.reachedBy, saving, say));
  const holders = machine.lacksDocker ? undefined : dockerHolders({ stage: id, next, keeper, save, say, go });
  return { ...shared, ...decided, tunnel, hosted: declared, admits: admitting, leftovers, holders };
}

async function planBuild(
  settings: StageSettings,
  machine: Machine,
  registry: RegistryPlan,
): Promise<Pick<StagePlan, "application" | "origin" | "jobs"> & { backup?: BackupPlan }> {
  const { project, stage, siblingEnv, compose = [] } = settings;
  const work = new WorkFiles(process.cwd());
  const written = readApplication(describe(settings, compose), work, work);
  const { source, uncommitted, notices } = await readSource(written, {
    root: work.root,
    project,
    compose,
    platform: machine.platform,
    mirrors: settings.registry.mirrors,
    siblingEnv,
  });
  const application = withImages(written, await knownFacts(source.images, settings, registry));
  notices.forEach((notice) => void pulumi.log.warn(notice));
  if (uncommitted.length > 0) {
    const named = uncommitted.slice(0, 5).join(", ");
    const more = uncommitted.length > 5 ? ` and ${uncommitted.length - 5} more` : "";
    void pulumi.log.warn(
      `The release will be dirty, because it takes in what no commit holds: ${named}${more}. Commit it, or leave it out in .dockerignore.`,
    );
  }
  const { services } = application.config;
  const jobs = planNewJobs(services, hasJobs(application) ? await jobsSoFar(registry, project, stage) : {});
  return { application, origin: { kind: "build", source }, jobs };
}

/** What the images that this stage takes from elsewhere bring; those that it builds are looked at once they are built. */
async function knownFacts(
  images: readonly ImagePlan[],
  { project, registry: { mirrors } }: StageSettings,
  registry: RegistryPlan,
): Promise<Record<string, ImageFacts | undefined>> {
  const own = await openLedger(registry, project).catch(() => undefined);
  return factsOfImages(images, own?.registry, new Sources(mirrors, { retries: [], answer: 10_000 }));
}

/** The stage that builds may be the one that brings the registry up: the jobs themselves ask the ledger when it is there. */
async function jobsSoFar(plan: RegistryPlan, project: string, stage: string): Promise<{ restored?: string }> {
  const opened = await openLedger(plan, project).catch(() => undefined);
  const answers = await opened?.registry.ping().then(
    () => true,
    () => false,
  );
  return opened && answers ? opened.ledger.jobRuns(stage) : {};
}

function hasJobs({ config }: Application): boolean {
  return namesOf("job", config.services).length > 0;
}

async function planTaken(
  settings: StageSettings,
  machine: Machine,
  { registry, from }: PlacedRegistry,
  name: string,
): Promise<Pick<StagePlan, "application" | "origin" | "backup" | "jobs">> {
  const { project, stage, allowDirty } = settings;
  const { release, history, jobRuns, facts, before } = await takeRelease({ registry, from }, project, {
    name,
    stage,
    allowDirty,
    platform: machine.platform,
    builds: settings.promoteFrom === undefined,
  });
  const own = new WorkFiles(process.cwd());
  const read = (taken: Release): Application =>
    readApplication(describe(settings, taken.compose), new ReleaseFiles(taken, own), own);
  const written = read(release);
  checkBuiltArguments(release, written.base.config);
  const application = withImages(written, facts);
  const last = history.at(-1);
  const earlier = last && last.release !== release.name ? await before(last.release) : undefined;
  const replaced = earlier && tolerant(() => ({ release: earlier, application: read(earlier) }));
  const promotion = promotionTo(
    release.name,
    history,
    // The digests tell already what images bring.
    fingerprints(release, written),
    replaced && fingerprints(replaced.release, replaced.application),
  );
  const kind =
    last?.release === release.name ? last.kind : isRollback(release.name, history) ? "rollback" : "promotion";
  const leaving = replaced ? tolerant(() => dataServices(replaced.application.config)) : undefined;
  const { config } = application;
  const backup = planBackup({ project, stage }, config, release.name, history, settings.backup, new Date(), leaving);
  announce(promotion, kind, last, application, backup);
  if (machine.lacksDocker && last) {
    void pulumi.log.warn(
      `The ledger says that ${stage} ran ${last.release}, and ${machine.name} has no Docker yet, so it is a new one. Once this update has installed Docker there, pulumi up --refresh -s ${stage} makes anew what was on the old one.`,
    );
  }
  const record = hasJobs(application) ? await jobRuns() : { runs: [] };
  const jobs = planJobs(application.config.services, release.name, record, history);
  const told = hasJobs(application) ? { jobs: jobs.shows } : {};
  const run = { kind, pinned: settings.release !== undefined, promotion, ...told };
  return { application, origin: { kind: "ledger", release, run, promotion }, backup, jobs };
}

function describe(settings: StageSettings, compose: string[]): Description {
  const { project, stage, overlay, env, secretEnv, generate, edge, tunnel } = settings;
  return { project, stage, compose, overlay, env, secretEnv, generated: Object.keys(generate), edge, tunnel };
}

/** What the stage to promote from tells of itself. */
async function readSourceStage({
  project,
  promoteFrom = "",
}: StageSettings): Promise<{ release: string; registry?: RegistryPlan }> {
  const stack = promoteFrom.includes("/") ? promoteFrom : `${pulumi.getOrganization()}/${project}/${promoteFrom}`;
  const reference = new pulumi.StackReference(stack);
  const [release, registry, machine] = await Promise.all([
    reference.getOutputDetails("release"),
    reference.getOutputDetails("registry"),
    reference.getOutputDetails("machine"),
  ]);
  const name = (release.value as { name?: string } | undefined)?.name;
  if (!name) {
    throw new Error(
      `The stage ${promoteFrom} has no release yet: bring it up first, with pulumi up -s ${promoteFrom}.`,
    );
  }
  const address = registry.value as string | undefined;
  const on = folderOn((machine.value ?? machine.secretValue) as SshMachine | undefined, process.cwd());
  return {
    release: name,
    registry: address === undefined ? undefined : { address, ...(on === undefined ? {} : { on }) },
  };
}

/** Says what a preview's list of resources does not: from which release to which, and which services are down meanwhile. */
function announce(
  { from, to, changed }: Promotion,
  kind: string,
  last: StageRun | undefined,
  application: Application,
  backup: BackupPlan | undefined,
): void {
  if (last?.release === to) {
    return;
  }
  const down = changed.filter((name) => application.stopFirst.includes(name));
  const parts = [
    from === null
      ? `First release: ${to}.`
      : `${kind === "rollback" ? "Rollback" : "Promotion"} from ${from} to ${to}.`,
    changed.length > 0 ? `Changed: ${changed.join(", ")}.` : "No service changes.",
    ...(backup?.due ? [`Backed up before: ${Object.keys(backup.services).join(", ")}.`] : []),
    ...(down.length > 0 && from !== null ? [`Stopped first, so down for a moment: ${down.join(", ")}.`] : []),
  ];
  void pulumi.log.info(parts.join(" "));
}

function tolerant<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** These say that the program is wrong, not what it was given. */
function isBug(error: Error): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}
