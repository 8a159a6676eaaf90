import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { Backup } from "./backup";
import { cutoverTo } from "./edge/cutover";
import { Edge, type EdgeArgs } from "./edge/edge";
import { introduced } from "./edge/attach";
import { urlOn } from "../edge/routes";
import { watching } from "./healthHook";
import { yielding } from "./holders/hook";
import { onMachine } from "../application/sharing";
import { handsOn, type Hands } from "./hands";
import { notify } from "./notify";
import type { Holders } from "../docker/holders/holders";
import { Jobs } from "./jobs";
import { clearedAfter } from "./orphans/ending";
import { clearing } from "./orphans/hook";
import { declareMachine } from "./machine/machine";
import { stepsOn } from "./machine/steps";
import type { SshMachine } from "../machine/ssh/host";
import { guardrails, standLast } from "./guardrails";
import { Networks } from "./networks";
import type { StagePlan } from "../plan/stage";
import { accessTo, declareRegistry, settingsLogins } from "./registry/registry";
import type { LocalRegistry } from "./registry/local";
import type { Login, RegistryPlan } from "../settings/registryPlan";
import { pulling } from "./registry/pulling";
import { BroughtRelease } from "./release/copy";
import { BuiltRelease } from "./release/build";
import type { ReleaseOutputs } from "./release/outputs";
import { SigningKey } from "./release/signingKey";
import { PromotedRelease } from "./release/ledger";
import type { Promotion } from "../release/diff";
import type { Recorded, RecordResult } from "../steps/record";
import type { ReleaseImage, ReleaseRecord } from "../release/record";
import { generatedValues } from "./generatedSecrets";
import { mountedFiles, seedFiles } from "./services/mountedFiles";
import { sealing } from "./services/sealing";
import { Services } from "./services/services";
import { answeredIn } from "../plan/answered";
import { mountedIn } from "../plan/withImages";
import { Step } from "./step";
import { withoutTraces } from "./traces";
import { Tunnel, tunnelOutputs, tunnelUrl, type TunnelOutputs } from "./tunnel/tunnel";
import { Volumes } from "./volumes";

/** What every stage tells. */
export interface StageOutputs {
  /** Where people reach it; undefined where it publishes no HTTP port. */
  url?: pulumi.Input<string>;
  /** The release that it runs, as of the last update that came to its end. */
  release: pulumi.Input<RecordResult>;
  /** The container and the image digest of each service. */
  services: Record<string, { container: pulumi.Output<string>; digest: pulumi.Output<string> }>;
  /** By what the stage's releases, and what the ledger keeps of the stage, are known: its public key in PEM, and the digests of the documents. */
  ledger: { key: pulumi.Output<string>; documents: pulumi.Output<Record<string, string>> };
  /** The public key that its backups are encrypted for, as age writes it. */
  backups: { recipient: pulumi.Output<string> };
  /** The address of the registry, which stages that promote from this one read. */
  registry: string;
  /** Who that registry lets in, where a stage runs it: a secret. */
  registryLogin?: pulumi.Output<Login>;
  /** The names under which people reach it, where that is through a tunnel. */
  tunnel?: TunnelOutputs;
  /** How stages on other machines reach this one's; undefined for a stage on this machine. */
  machine?: pulumi.Input<SshMachine>;
  /** Where a release was taken over: from which release to which, and what that changed. */
  promotion?: pulumi.Input<Promotion>;
}

/**
 * One stage of an application: everything that its plan says, on its machine.
 *
 * The order of an update follows from the dependencies between the resources: images, volumes and networks, the backup where one is
 * due, then the services that are stopped first, then the jobs, then the other services, then the cutover, then the record that
 * makes the release a verified one.
 */
export class Stage extends pulumi.ComponentResource {
  readonly outputs: StageOutputs;
  /** What makes its machine ready. */
  private ready?: Step;

  /** @param hands what reaches into the machine while the update goes on */
  constructor(
    name: string,
    plan: StagePlan,
    opts?: pulumi.ComponentResourceOptions,
    private readonly hands: Hands = handsOn(plan),
  ) {
    // It is there before the stage, whose own transforms it looks at too.
    const guard = guardrails(plan.facts, plan.ports, onMachine(plan.application.config.services));
    super(
      "slipway:stage:Stage",
      name,
      {},
      {
        ...opts,
        transformations: [stepsOn(plan.machine, () => this.ready), ...(opts?.transformations ?? [])],
      },
    );
    // What always holds has the last word.
    standLast(this, guard);
    notify(plan.notices, this);
    this.outputs = withoutTraces(() => this.declare(name, plan));
    this.registerOutputs(this.outputs);
  }

  private declare(name: string, plan: StagePlan): StageOutputs {
    const { id, machine, application, origin } = plan;
    const on = declareMachine(name, { machine, application, stage: id }, settingsLogins(plan), { parent: this });
    this.ready = on.ready;
    const own = { parent: this, provider: on.provider };
    const { orphans, holders, watch, pull, seal } = this.hands;
    const clears = orphans && clearing(`${name}-leftovers`, orphans);
    const yields = holders && yielding(`${name}-holders`, holders);
    const watched = watch && watching(`${name}-health`, watch, this);
    const seals = seal && sealing(`${name}-seal`, seal);

    application.secrets.fill(generatedValues(`${name}-generated`, plan.generate, { parent: this }));

    const declared = declareRegistry(plan, plan.byIdentity ? on.readers : {}, yields, own);
    const { local, served, access: registry, login } = declared;
    const sourceRegistry = plan.sourceRegistry && accessTo(plan.sourceRegistry);
    const key = new SigningKey(
      `${name}-key`,
      { ...id, registry, also: sourceRegistry, ...plan.signing },
      { parent: this, dependsOn: served },
    );
    const release: ReleaseOutputs =
      origin.kind === "build"
        ? new BuiltRelease(
            `${name}-release`,
            {
              project: id.project,
              registry,
              key: key.privateKey,
              reveal: (text) => application.secrets.reveal(text),
              mirrors: plan.mirrors,
              source: origin.source,
              mounted: mountedIn(application),
            },
            { parent: this, dependsOn: served },
          )
        : new PromotedRelease(`${name}-release`, origin.release, { parent: this });
    const brought =
      origin.kind === "ledger" && plan.sourceRegistry && local
        ? new BroughtRelease(
            `${name}-copy`,
            {
              ...id,
              registry,
              from: accessTo(plan.sourceRegistry),
              server: local.container.id,
              release: origin.release.name,
              record: origin.record,
              before: origin.before,
              key: key.privateKey,
            },
            { parent: this, dependsOn: [local.container] },
          )
        : undefined;
    const volumes = new Volumes(`${name}-volumes`, { stage: id, volumes: application.config.volumes ?? {} }, own);
    const networks = new Networks(
      `${name}-networks`,
      { stage: id, networks: application.config.networks ?? {}, unchanged: plan.unchangedNetworks, clears },
      own,
    );
    const backup = plan.backup && new Backup(`${name}-backup`, plan.backup, key.recipient, own);
    const front = this.edge(plan, networks, { yields, watched }, own);
    const edge = front?.container;
    const tunnel =
      plan.tunnel && front && new Tunnel(`${name}-tunnel`, { stage: id, plan: plan.tunnel, edge: front, watched }, own);
    const connectors = tunnel?.connectors ?? {};
    const doors = front?.doors ?? {};
    let jobs: Jobs | undefined;
    const services = new Services(
      `${name}-services`,
      {
        stage: id,
        config: application.config,
        secrets: application.secrets,
        registry: plan.registry.address,
        after: brought ? [brought.step] : served,
        pulls: pull && pulling(`${name}-pull`, plan.registry, pull, login),
        first: [...(backup ? [backup.step] : []), ...release.checked],
        images: release.images,
        networks: networks.names,
        volumes: volumes.names,
        mountpoints: volumes.mountpoints,
        kept: { paths: application.kept, isHere: application.fills, seeds: seedFiles(application) },
        files: mountedFiles(application),
        seals,
        yields,
        watched,
        bundles: { registry, release: release.bundles },
        called: application.called.map(({ service }) => service),
        edge: front?.ready ?? [],
        introduce: (service, container, opts) => front && introduced(service, container, plan, front, opts),
        job: (job, runnable) =>
          (jobs ??= this.jobs(name, plan, registry, key, release, holders)).declare(job, runnable),
      },
      own,
    );
    const switched = cutoverTo(`${name}-cutover`, plan, release, services, { edge, doors, connectors }, holders, {
      parent: this,
    });
    const recorded = this.record(
      name,
      plan,
      registry,
      key,
      release,
      services,
      { leading: [...Object.values(connectors), ...Object.values(doors)], front },
      [...(switched ? [switched] : []), ...services.jobs, ...served],
      local,
      backup,
    );

    return {
      url: plan.tunnel ? tunnelUrl(plan.tunnel.ingress) : urlOn(on.host, application.routes, plan.domain),
      release:
        origin.kind === "ledger" ? told(shown(origin.release, origin.record), recorded) : recorded.apply(releaseOf),
      services: Object.fromEntries(
        Object.entries(services.containers).map(([service, container]) => [
          service,
          { container: container.name, digest: (release.images[service] as pulumi.Output<ReleaseImage>).digest },
        ]),
      ),
      registry: plan.registry.address,
      ledger: { key: key.publicKey, documents: recorded.apply(({ documents }) => documents) },
      backups: { recipient: key.recipient },
      ...(login ? { registryLogin: login } : {}),
      ...(plan.tunnel ? { tunnel: tunnelOutputs(plan.tunnel.ingress) } : {}),
      ...(on.way ? { machine: on.way } : {}),
      ...(origin.kind === "ledger" ? { promotion: told(origin.promotion, recorded) } : {}),
    };
  }

  private jobs(
    name: string,
    { id, application, jobs }: StagePlan,
    registry: pulumi.Output<RegistryPlan>,
    key: SigningKey,
    release: ReleaseOutputs,
    holders: Holders | undefined,
  ): Jobs {
    const { services } = application.config;
    return new Jobs(
      `${name}-jobs`,
      {
        stage: id,
        registry,
        key: key.privateKey,
        release: release.name,
        services,
        plan: jobs,
        holders,
      },
      { parent: this },
    );
  }

  /** The edge in front of the HTTP services; undefined in a stage without HTTP services. */
  private edge(
    plan: StagePlan,
    networks: Networks,
    hooks: Pick<EdgeArgs, "yields" | "watched">,
    opts: pulumi.ComponentResourceOptions,
  ): Edge | undefined {
    const { id, application, edge } = plan;
    const args = edge && {
      stage: id,
      ...edge,
      called: application.called,
      networks: networks.names,
      ...hooks,
    };
    return args && new Edge(`${id.project}-${id.stage}-edge`, args, opts);
  }

  /** The last step of an update; what the stage tells of its release comes from it alone. */
  private record(
    name: string,
    { id, application, origin, retention, sourceRegistry }: StagePlan,
    registry: pulumi.Output<RegistryPlan>,
    key: SigningKey,
    release: ReleaseOutputs,
    { all: containers, carriers }: Services,
    { leading, front }: { leading: docker.Container[]; front: Edge | undefined },
    dependsOn: pulumi.Resource[],
    local: LocalRegistry | undefined,
    backup: Backup | undefined,
  ): pulumi.Output<Omit<Recorded, "verified">> {
    const others = [...carriers, ...leading].map(({ id }) => id);
    const { orphans, holders } = this.hands;
    const step = new Step(
      `${name}-record`,
      {
        run: "record",
        shows: {
          RELEASE: release.name,
          ...(origin.kind === "ledger" ? { FROM: origin.promotion.from ?? "nothing", RECORD: origin.record } : {}),
        },
        input: {
          registry,
          ...id,
          containers: containers.map(({ service, container }) => ({ service, container: container.id })),
          carriers: others,
          release: release.record,
          key: key.privateKey,
          answered: origin.kind === "build" ? answeredIn(application) : undefined,
          record: origin.kind === "ledger" ? origin.record : undefined,
          run: origin.kind === "ledger" ? origin.run : { kind: "staging" },
          backup: backup?.id,
          also: sourceRegistry && accessTo(sourceRegistry),
          retention: retention && { ...retention, registryContainer: local?.container.name },
        },
      },
      { parent: this, dependsOn },
    );
    const all = [...containers.map(({ container }) => container.id), ...others];
    const recorded = step.result<Recorded>();
    if (holders && !pulumi.runtime.isDryRun()) recorded.apply(() => holders.settled());
    const unrecorded = [front?.container, front?.certificates, local?.container].flatMap((one) =>
      one ? [one.id] : [],
    );
    return clearedAfter(recorded, { verified: pulumi.all(all), others: pulumi.all(unrecorded) }, id, orphans);
  }
}

/** A preview tells it at once; an update waits until the release is recorded, since one that fails must tell of the release before. */
function told<T>(known: T, recorded: pulumi.Output<unknown>): pulumi.Input<T> {
  return pulumi.runtime.isDryRun() ? known : recorded.apply(() => known);
}

function shown({ name, commit, createdAt, images, http }: ReleaseRecord, record: string): RecordResult {
  return { name, commit, createdAt, images, ...(http ? { http } : {}), record };
}

/** What a stage that builds tells of its release. */
function releaseOf({ name, commit, createdAt, images, http, record }: RecordResult): RecordResult {
  return { name, commit, createdAt, images, ...(http ? { http } : {}), record };
}
