import { isUncommitted, uncommitted } from "../release/name";
import type { Registry } from "../registry/client/registry";
import { readImageFacts, type ImageFacts } from "../registry/client/imageFacts";
import { openRegistry } from "../registry/open";
import { formatPlatform, parsePlatform, runsOn } from "../registry/client/platform";
import type { ChosenRegistry } from "../registry/choose";
import type { RegistryPlan } from "../settings/registryPlan";
import { Ledger } from "../release/ledger";
import type { JobRecord } from "../release/ledgerJobs";
import type { Release, StageRun } from "../release/record";

/** A release from the ledger, with the stage's history. */
export interface TakenRelease {
  release: Release;
  /** The releases that this stage ran, oldest first. */
  history: StageRun[];
  /** Which of this stage's jobs ran for which release. */
  jobRuns: () => Promise<JobRecord>;
  /** By service, what its image brings to its containers. */
  facts: Record<string, ImageFacts>;
  /** A release that the stage ran before, where the ledger still holds it. */
  before: (name: string) => Promise<Release | undefined>;
}

/** The requirements for a release. */
export interface Wanted {
  name: string;
  stage: string;
  /** Whether a release built from uncommitted files is allowed. */
  allowDirty: boolean;
  /** The machine's platform. */
  platform: string;
  /** Whether the stage builds and is pinned to this release. */
  builds: boolean;
}

/** A registry and the ledger that it keeps of a project. */
export interface OpenLedger {
  registry: Registry;
  ledger: Ledger;
}

/**
 * Opens the ledger of a project in its registry.
 *
 * @throws Error where the machine that the registry is on cannot be reached
 */
export async function openLedger(plan: RegistryPlan, project: string): Promise<OpenLedger> {
  const registry = await openRegistry(plan);
  return { registry, ledger: new Ledger(registry, project) };
}

/**
 * Takes a release from the ledger and makes sure that this stage can run it.
 *
 * @param placed the stage's own registry, and the one that the release is copied from where that is another
 * @throws Error when the ledger does not hold the release as verified, when it is dirty and may not be, when the
 *   registry lacks one of its digests, or when the machine is of another platform
 */
export async function takeRelease(
  { registry: plan, sourceRegistry }: Pick<ChosenRegistry, "registry" | "sourceRegistry">,
  project: string,
  wanted: Wanted,
): Promise<TakenRelease> {
  const { own, origin } = await openBoth({ registry: plan, sourceRegistry }, project);
  const { registry, ledger } = origin;
  await registry.ping().catch((error: unknown) => {
    const remedy = wanted.builds
      ? "This stage declares the registry: without the pin (pulumi config rm slipway:release), pulumi up brings it back"
      : "The stage that builds declares the registry: pulumi up there brings it back";
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
    throw new Error(`${reason}. ${remedy}.`);
  });
  const [release, soFar] = await Promise.all([ledger.read(wanted.name), ranSoFar(wanted.stage, own, origin)]);
  checkDirty(release, wanted.allowDirty);
  checkPlatform(release, wanted.platform);
  const missing = await ledger.missing(release);
  if (missing.length > 0) {
    throw new Error(`The release ${release.name} cannot be taken: ${missing.join("; ")}.`);
  }
  const before = (name: string): Promise<Release | undefined> =>
    Promise.any([...new Set([own?.ledger ?? ledger, ledger])].map((each) => each.read(name))).catch(() => undefined);
  return { release, ...soFar, facts: await factsOf(release, registry), before };
}

/** Looks at each image once, however many services run it. */
async function factsOf({ images }: Release, registry: Registry): Promise<Record<string, ImageFacts>> {
  const read = new Map<string, Promise<ImageFacts>>();
  const all = Object.entries(images).map(async ([service, { repository, digest, platform }]) => {
    const key = `${repository}@${digest}`;
    const facts = read.get(key) ?? readImageFacts(registry, repository, digest, parsePlatform(platform));
    read.set(key, facts);
    return [service, await facts] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

/**
 * The stage's own ledger, and the one that its release comes from. The stage's own is missing while its machine has yet
 * to be made, or is lost and this update is to mend it.
 */
async function openBoth(
  { registry, sourceRegistry }: Pick<ChosenRegistry, "registry" | "sourceRegistry">,
  project: string,
): Promise<{ own?: OpenLedger; origin: OpenLedger }> {
  if (!sourceRegistry) {
    const own = await openLedger(registry, project);
    return { own, origin: own };
  }
  const origin = await openLedger(sourceRegistry, project);
  const own = await openLedger(registry, project).catch(() => undefined);
  return own ? { own, origin } : { origin };
}

/**
 * The releases that a stage ran, by its own ledger. On a machine that is new, or was lost, that ledger is empty or
 * missing. Then the source's ledger tells the releases, and all jobs have yet to run on the new machine's data.
 */
async function ranSoFar(
  stage: string,
  own: OpenLedger | undefined,
  origin: OpenLedger,
): Promise<Pick<TakenRelease, "history" | "jobRuns">> {
  if (own && (own === origin || (await isThere(own.registry)))) {
    const history = await own.ledger.history(stage);
    if (own === origin || history.length > 0) return { history, jobRuns: () => own.ledger.jobRuns(stage) };
  }
  const told = await origin.ledger.history(stage);
  return { history: told, jobRuns: () => Promise.resolve({ stage, runs: [], restored: told.at(-1)?.at }) };
}

function isThere(registry: Registry): Promise<boolean> {
  return registry.ping().then(
    () => true,
    () => false,
  );
}

function checkDirty(release: Release, allowDirty: boolean): void {
  if (isUncommitted(release.name) && !allowDirty) {
    throw new Error(
      `${uncommitted(release.name)}, or take it all the same with pulumi config set slipway:allowDirty true.`,
    );
  }
}

function checkPlatform(release: Release, machine: string): void {
  for (const [service, { platform }] of Object.entries(release.images)) {
    if (!runsOn(parsePlatform(platform), parsePlatform(machine))) {
      throw new Error(
        `The service ${service} of the release ${release.name} is built for ${platform}, and this stage's machine is ${formatPlatform(parsePlatform(machine))}: take a machine of that platform.`,
      );
    }
  }
}
