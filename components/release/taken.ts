import { Registry } from "../registry/client";
import { dockerCredentials } from "../registry/credentials";
import { formatPlatform, parsePlatform, runsOn } from "../registry/platform";
import { hostOf, type RegistryPlan } from "../registry/plan";
import { Ledger } from "./ledger";
import type { Release, StageRun } from "./release";

/** A release from the ledger, with what the stage ran before. */
export interface TakenRelease {
  release: Release;
  /** What this stage ran, oldest first. */
  history: StageRun[];
  /** A release that the stage ran before, where the ledger still holds it. */
  before: (name: string) => Promise<Release | undefined>;
}

/** How a release is asked for. */
export interface Wanted {
  name: string;
  stage: string;
  /** Whether a release built from uncommitted files will do. */
  allowDirty: boolean;
  /** The machine's platform. */
  platform: string;
  /** Whether this is the stage that builds, which a pin holds at a release. */
  builds: boolean;
}

/** The ledger of a project in its registry. */
export function openLedger(
  { address, credentials }: RegistryPlan,
  project: string,
): { registry: Registry; ledger: Ledger } {
  const registry = new Registry(address, credentials ?? (() => dockerCredentials(hostOf(address))));
  return { registry, ledger: new Ledger(registry, project) };
}

/**
 * Takes a release from the ledger and makes sure that this stage can run it.
 *
 * @throws Error when the ledger does not hold it as verified, when it is dirty and may not be, when one of its digests is not in the
 *   registry, or when the machine is of another platform
 */
export async function takeRelease(plan: RegistryPlan, project: string, wanted: Wanted): Promise<TakenRelease> {
  const { registry, ledger } = openLedger(plan, project);
  await registry.ping().catch((error: unknown) => {
    const remedy = wanted.builds
      ? "This stage declares the registry: without the pin (pulumi config rm slipway:release), pulumi up brings it back"
      : "The stage that builds declares the registry: pulumi up there brings it back";
    const reason = (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
    throw new Error(`${reason}. ${remedy}.`);
  });
  const [release, history] = await Promise.all([ledger.read(wanted.name), ledger.history(wanted.stage)]);
  checkDirty(release, wanted.allowDirty);
  checkPlatform(release, wanted.platform);
  const missing = await ledger.missing(release);
  if (missing.length > 0) {
    throw new Error(`The release ${release.name} cannot be taken: ${missing.join("; ")}.`);
  }
  const before = (name: string): Promise<Release | undefined> => ledger.read(name).catch(() => undefined);
  return { release, history, before };
}

function checkDirty(release: Release, allowDirty: boolean): void {
  if (release.dirty && !allowDirty) {
    throw new Error(
      `The release ${release.name} was built from uncommitted files: commit them and bring staging up again, or take it all the same with pulumi config set slipway:allowDirty true.`,
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
