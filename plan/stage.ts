import { givingData, planHandoverBackup, type BackupPlan } from "../backup/plan";
import { handovers, toldOf, type Claims } from "../docker/holders/handover";
import { keepersDone } from "../docker/holders/keepers";
import { Engine } from "../docker/engine";
import type { StageId } from "../docker/labels";
import { downtimeOf } from "../edge/definition";
import { httpChecks, type HttpCheck } from "../edge/httpChecks";
import { log } from "../errors/log";
import { printableError } from "../errors/printable";
import { Refusal } from "../errors/refusal";
import { namedChecks } from "../jobs/checks";
import type { JobsPlan } from "../jobs/plan";
import { reachMachine } from "../machine/connect";
import { engineOn } from "../machine/engineOf";
import type { MachineKinds } from "../machine/kinds/kinds";
import { plannedMachine, type Machine } from "../machine/machine";
import { stackOf, toldBy } from "../machine/stackOutputs";
import type { StageFacts } from "../policies/stage";
import { chooseRegistry, unreadable, type ChosenRegistry } from "../registry/choose";
import { registryDowntime } from "../registry/downtime";
import type { Promotion } from "../release/diff";
import type { Release, StageRun } from "../release/record";
import type { ReleaseSource } from "../release/source";
import { parseWanted } from "../release/wanted";
import { withCloudSecrets } from "../secrets/cloud";
import { Secrets } from "../application/secrets";
import type { GeneratedSecret } from "../settings/generate";
import type { StageSettings } from "../settings/settings";
import { planTunnel, type TunnelPlan } from "../tunnel/plan";
import { staleBuild } from "./staleBuild";
import type { Application } from "./application";
import { planBuild } from "./build";
import { stageClaims } from "./claims";
import { portsOf, type WantedPort } from "./conflicts";
import { planEdge, type EdgePlan } from "./edge";
import { engineAgeNotices } from "./engineAge";
import { expectedOf } from "./expected";
import { reachedOf } from "./reached";
import { factsOf } from "./facts";
import { findCloudRegistry, type CloudRegistryPlan } from "./cloudRegistry";
import { formerDataNotices } from "./formerData";
import { openLedger } from "./ledgerRelease";
import { warning, type Notice } from "./notices";
import { compareWithMachine, withMachine } from "./onMachine";
import { planPromotion } from "./promote";
import { registryLogin } from "./registryLogin";
import { readSourceStage } from "./source";
import { sharedFolderNotices } from "./sharedFolders";
import { takeovers } from "./takeover";
import { leftBehind } from "./unnamedVolumes";

/** The origin of a stage's release. */
export type Origin =
  | { kind: "build"; source: ReleaseSource }
  | {
      kind: "ledger";
      release: Release;
      /** The digest of its record. */
      record: string;
      /** The release that the stage leaves, with the digest of its record; null where there is none, or where it has none. */
      before: { name: string; record: string } | null;
      run: Pick<StageRun, "kind" | "pinned" | "promotion" | "jobs">;
      promotion: Promotion;
    };

/**
 * The decisions about the release itself: a stage that builds makes them one way, a stage that takes releases over
 * another.
 */
export interface Decided {
  application: Application;
  origin: Origin;
  /** The backup before the release changes, where the stage takes releases over and has data. */
  backup?: BackupPlan;
  /** Which of its jobs will run. */
  jobs: JobsPlan;
  notices: Notice[];
}

/**
 * Everything that is decided about a stage, read and checked before the first resource is declared. It is plain data:
 * it can be printed, compared and kept.
 */
export interface StagePlan extends Decided, Omit<ChosenRegistry, "cloud" | "grantPull"> {
  id: StageId;
  /** The facts that policies get of the stage. */
  facts: StageFacts;
  machine: Machine;
  /** The cloud's registry that this stage declares. */
  cloud?: CloudRegistryPlan;
  /** A cloud's registry that another stage declares; this one lets its machine pull from it. */
  grantPull?: CloudRegistryPlan;
  /** The addresses from which images are read instead of their registries, by registry. */
  mirrors: Record<string, string>;
  /** The edge in front of its HTTP services; undefined in a stage without any. */
  edge?: EdgePlan;
  /** The first name under which people reach it by HTTPS, where it has one of its own. */
  domain?: string;
  /** How its HTTP services are reached without an open port. */
  tunnel?: TunnelPlan;
  /** The checks of a release, before the cutover and after it. */
  checks: { http: HttpCheck[]; runs: string[] };
  /** How long, in seconds, a release is watched behind the edge before the cutover counts. */
  watch: number;
  /** How many releases the ledger keeps, where this stage looks after it. */
  retention?: { keep: number; pins: string[] };
  /** What decides of the key by which the stage signs. */
  signing: { builds: boolean; rotate?: string };
  /** The secrets that it makes up for itself, by name. */
  generate: Record<string, GeneratedSecret>;
  /** Every port of the machine that it is to hold. */
  ports: WantedPort[];
  /** The networks that stay as they are, by the compose file's key. */
  unchangedNetworks: string[];
  /**
   * Everything that each part of the coming release holds alone, and the backup before any of it changes its holder.
   */
  handover: { next: Claims; saving?: BackupPlan };
}

/**
 * Reads and checks everything that a stage depends on: its settings, its compose files or the release that it takes
 * over, the ledger, and the machine. It changes nothing.
 *
 * @param settings the stage's settings
 * @param kinds the kinds of machines that there are
 * @param here this machine's Engine
 * @throws Refusal with a sentence for each thing that is wrong and what would be right
 */
export async function planStage(
  settings: StageSettings,
  kinds?: MachineKinds,
  here: Engine = Engine.here(process.env),
): Promise<StagePlan> {
  try {
    return await plan(settings, kinds, here);
  } catch (error) {
    if (error instanceof Error && !isBug(error)) {
      throw new Refusal(Secrets.describe(error.message));
    }
    throw printableError(error);
  }
}

async function plan(given: StageSettings, kinds: MachineKinds | undefined, here: Engine): Promise<StagePlan> {
  const settings = await withCloudSecrets(given);
  const port = settings.registry.kind === "local" ? settings.registry.port : undefined;
  const id = { project: settings.project, stage: settings.stage };
  await keepersDone(id, undefined, (line) => log.info(line));
  const from = { stage: id, directory: process.cwd(), here, registry: port };
  const machine = await reachMachine(settings.machine, from, kinds);
  const stage = `${settings.project}/${settings.stage}`;
  const builds = settings.promoteFrom === undefined;
  const source = settings.release || builds ? undefined : await readSourceStage(settings);
  const own = await toldBy(stackOf(id));
  const login = await registryLogin(settings, own, machine.reachedBy);
  const placed = chooseRegistry({
    settings: settings.registry,
    ownRegistry: settings.ownRegistry,
    builds,
    source: source?.registry,
    login,
    machine: machine.reachedBy,
    identity: machine.vm?.registry,
    holder: machine.ports.get(`${port}/tcp`)?.stage,
    stage,
  });
  const { cloud, grantPull, ...registries } = placed;
  const { registry, runsLocally } = placed;
  const wanted = settings.release === undefined ? source?.release : parseWanted(settings.release);
  const reason = wanted && unreadable(wanted.name ?? wanted.record ?? "", placed, machine);
  if (reason !== undefined) throw new Error(reason);
  const [declared, granting] = await Promise.all(
    [cloud, grantPull].map((one) => one && findCloudRegistry(one, settings.project)),
  );
  if (builds && settings.registry.kind === "existing") {
    await (await openLedger(registry, settings.project)).registry.ping();
  }
  const on = (): Promise<Engine> => engineOn(machine.reachedBy, here);
  const facts = factsOf(settings, wanted === undefined ? "build" : "ledger");
  const around = { id, machine, facts, registry: runsLocally, on };
  const decided = await (
    wanted === undefined
      ? planBuild(settings, machine, registry, own)
      : planPromotion(settings, machine, placed, wanted, source, own)
  ).catch((error: unknown) => withMachine(error, around, settings));
  const { application, origin } = decided;
  const holders = machine.holders.get(stage) ?? [];
  const next = stageClaims(application, runsLocally);
  const handed = handovers(next, holders);
  // A stage that takes releases over saves its data before each of them anyway.
  const giving = origin.kind === "build" ? givingData(handed, application.config) : {};
  const saving = planHandoverBackup(id, giving, settings.backup, new Date(), own.backups?.recipient);
  const checks = {
    http: httpChecks(settings.checks, application.listening, settings.edge.domain[0]),
    runs: namedChecks(settings.checks, application.config.services),
  };
  const tunnel = settings.tunnel && planTunnel(settings.tunnel, application.listening);
  const ports = portsOf(application, runsLocally);
  const goesBack = origin.kind === "ledger" && origin.run.kind === "rollback";
  const existing = await compareWithMachine(application, { ...around, goesBack });
  const edge = planEdge(settings, application);
  const down = [downtimeOf(edge?.definition, machine.edges.get(stage)), registryDowntime(runsLocally, holders, login)];
  const saved = Object.keys({ ...decided.backup?.services, ...giving });
  const stale = staleBuild();
  const notices = [
    ...(stale ? [warning(stale)] : []),
    ...(machine.notices ?? []).map(warning),
    ...decided.notices,
    ...down.filter((one) => one !== undefined).map(warning),
    ...application.warnings.map(warning),
    ...reachedOf(expectedOf(application, id), facts),
    ...(goesBack ? formerDataNotices(id, application.tracked, machine).map(warning) : []),
    ...takeovers(application.http, id, machine).map(warning),
    ...sharedFolderNotices(id, application.config, machine).map(warning),
    ...engineAgeNotices(application.config, machine).map(warning),
    ...handed.map((one) => warning(toldOf(one, saved))),
    ...existing.notices.map(warning),
    ...(await leftBehind(id, application.unnamed, machine, on)).map(warning),
  ];
  return {
    id,
    facts,
    machine: plannedMachine(machine),
    ...registries,
    ...decided,
    cloud: declared,
    grantPull: granting,
    mirrors: settings.registry.mirrors,
    edge,
    domain: settings.edge.domain[0],
    tunnel,
    checks,
    watch: settings.watch,
    generate: settings.generate,
    signing: { builds, rotate: settings.signing.rotate },
    retention: builds || runsLocally ? { keep: settings.retention, pins: settings.pins } : undefined,
    ports,
    unchangedNetworks: existing.unchanged,
    handover: { next, saving },
    notices,
  };
}

/** Errors of these kinds are mistakes in the program, not in its input. */
function isBug(error: Error): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}
