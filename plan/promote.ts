import { hasJobs } from "../application/roles";
import { dataServices } from "../backup/dataServices";
import { planBackup } from "../backup/plan";
import { planJobs } from "../jobs/plan";
import type { FoundMachine } from "../machine/machine";
import type { Told } from "../machine/stackOutputs";
import type { ChosenRegistry } from "../registry/choose";
import { checkBuiltArguments } from "../release/arguments";
import type { Promotion } from "../release/diff";
import { OwnFiles, ReleaseFiles, WorkFiles } from "../release/files";
import { fingerprints, isRollback, promotionTo } from "../release/promotion";
import type { Release, StageRun } from "../release/record";
import type { WantedRelease } from "../release/wanted";
import type { StageSettings } from "../settings/settings";
import { readApplication, type ReadApplication } from "./application";
import { describe } from "./description";
import { announced } from "./announced";
import { ApplicationError, inNoPlace } from "./findings";
import { takeRelease } from "./ledgerRelease";
import { warning } from "./notices";
import { ownSeal } from "./ownRecord";
import type { SourceStage } from "./source";
import type { Decided } from "./stage";
import { withImages } from "./withImages";

/**
 * Decides about a stage that takes a release over: the release as the ledger has it, the changes that it brings, the
 * backup before them, and its jobs.
 *
 * @param wanted how the release is named
 * @param source the stage that told it, with the key by which it is known; undefined where a person named it
 * @param own what the stage told of itself
 * @throws Error with a sentence for each thing that is wrong
 */
export async function planPromotion(
  settings: StageSettings,
  machine: FoundMachine,
  { registry, sourceRegistry }: ChosenRegistry,
  wanted: WantedRelease,
  source: Pick<SourceStage, "key"> | undefined,
  own: Pick<Told, "release" | "ledger">,
): Promise<Decided> {
  const { project, stage, allowDirty } = settings;
  const taken = await takeRelease({ registry, sourceRegistry }, project, {
    release: wanted,
    stage,
    trust: {
      root: process.cwd(),
      stage: `${project}/${stage}`,
      approvals: settings.approvals,
      ...(source ? { teller: settings.promoteFrom, told: source.key } : {}),
    },
    seal: ownSeal(stage, own),
    allowDirty,
    platform: machine.platform,
    builds: settings.promoteFrom === undefined,
  });
  const { release, record, history, jobRuns, facts, before } = taken;
  const work = new WorkFiles(process.cwd());
  const read = (one: Release, given: OwnFiles): ReadApplication =>
    readApplication(describe(settings, one.compose, machine, one.http), new ReleaseFiles(one, given), given, {
      files: new ReleaseFiles(one, work),
      own: work,
    });
  const given = new OwnFiles(work, release);
  const written = explained(given, release, () => read(release, given));
  checkBuiltArguments(release, written.base.config);
  const application = withImages(written, facts);
  const last = history.at(-1);
  const earlier = last && last.release !== release.name ? await before(last) : undefined;
  const replaced =
    earlier && tolerant(() => ({ release: earlier, application: read(earlier, new OwnFiles(work, earlier)) }));
  const promotion = promotionTo(
    release.name,
    history,
    // The release's digests are known, and with them what its images bring.
    fingerprints(release, written),
    replaced && fingerprints(replaced.release, replaced.application),
  );
  const kind =
    last?.release === release.name ? last.kind : isRollback(release.name, history) ? "rollback" : "promotion";
  const leaving = replaced ? tolerant(() => dataServices(replaced.application.config)) : undefined;
  const { config } = application;
  const backup = planBackup({ project, stage }, config, release.name, history, settings.backup, new Date(), leaving);
  const notices = announced(promotion, record, kind, last, application, backup);
  if (given.withheld.size > 0) notices.push(warning(withheldFrom(release, given)));
  if (taken.notice !== undefined) notices.push(warning(taken.notice));
  if (machine.lacksDocker && last) {
    notices.push(
      warning(
        `The ledger says that ${stage} ran ${last.release}, and ${machine.name} has no Docker yet, so it is a new one. Once this update has installed Docker there, pulumi up --refresh -s ${stage} makes anew what was on the old one.`,
      ),
    );
  }
  const ran = hasJobs(config.services) ? await jobRuns() : { runs: [] };
  const jobs = planJobs(application.config.services, release.name, ran, history);
  const told = hasJobs(config.services) ? { jobs: jobs.shows } : {};
  const run = { kind, pinned: settings.release !== undefined, promotion, ...told };
  const origin = {
    kind: "ledger" as const,
    release,
    record,
    run,
    promotion,
    before: recordedBefore(promotion, history),
  };
  return { application, origin, backup, jobs, notices };
}

/** The release that the stage leaves, with the digest of its record, where the stage's history has that. */
function recordedBefore({ from }: Promotion, history: readonly StageRun[]): { name: string; record: string } | null {
  const record = from === null ? undefined : history.findLast(({ release }) => release === from)?.record;
  return from === null || record === undefined ? null : { name: from, record };
}

/** A file that a release may not have is missing to it: the reason goes along with what then is wrong. */
function explained<T>(given: OwnFiles, release: Release, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Error) || given.withheld.size === 0) throw error;
    const reason = withheldFrom(release, given);
    if (!(error instanceof ApplicationError)) throw new Error(`${error.message}\n${reason}`, { cause: error });
    throw new ApplicationError([...error.problems, inNoPlace(reason)], error.application);
  }
}

function withheldFrom({ name }: Release, { withheld }: OwnFiles): string {
  const [are, them] = withheld.size === 1 ? ["is", "it"] : ["are", "them"];
  return `${[...withheld].sort().join(", ")} ${are} here, and the release ${name} does not get ${them}: a stage gives a release of its own only what git ignored where the release was made, as its record tells. Have git ignore ${them} (.gitignore), commit that, and make another release.`;
}

function tolerant<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
