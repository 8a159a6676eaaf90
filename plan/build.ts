import { hasJobs } from "../application/roles";
import { planNewJobs } from "../jobs/plan";
import type { FoundMachine } from "../machine/machine";
import type { Told } from "../machine/stackOutputs";
import type { ImageFacts } from "../registry/client/imageFacts";
import { Sources } from "../registry/mirrors";
import { WorkFiles } from "../release/files";
import { factsOfImages } from "../release/imageFacts";
import type { ImagePlan, ImageSurroundings } from "../release/images";
import type { Seal } from "../release/signing/seal";
import type { RegistryPlan } from "../settings/registryPlan";
import type { StageSettings } from "../settings/settings";
import { namedPaths, readApplication, type Description, type NamedPaths, type ReadApplication } from "./application";
import { readSource } from "./buildSource";
import { describe } from "./description";
import { withImageProblems } from "./imageProblems";
import { openLedger } from "./ledgerRelease";
import { warning } from "./notices";
import { ownSeal } from "./ownRecord";
import type { Decided } from "./stage";
import { withImages } from "./withImages";

/**
 * Decides about a stage that builds: the release that its sources would make, and its jobs.
 *
 * @param own what the stage told of itself
 * @throws Error with a sentence for each thing that is wrong with them
 */
export async function planBuild(
  settings: StageSettings,
  machine: FoundMachine,
  registry: RegistryPlan,
  own: Pick<Told, "release" | "ledger">,
): Promise<Decided> {
  const { project, stage, siblingEnv, compose = [] } = settings;
  const work = new WorkFiles(process.cwd());
  const surroundings = { root: work.root, project, platform: machine.platform };
  const written = readHere(describe(settings, compose, machine, own.release?.http), work, surroundings);
  const { source, uncommitted, notices } = await readSource(written, {
    ...surroundings,
    compose,
    mirrors: settings.registry.mirrors,
    siblingEnv,
    named: namedInAnyStage(settings, compose, work),
  }).catch((error: unknown) => {
    throw withImageProblems(error, surroundings, written.base);
  });
  const application = withImages(written, await knownFacts(source.images, settings, registry));
  const told = notices.map(warning);
  if (uncommitted.length > 0) {
    const named = uncommitted.slice(0, 5).join(", ");
    const more = uncommitted.length > 5 ? ` and ${uncommitted.length - 5} more` : "";
    told.push(
      warning(
        `The release will be dirty, because it takes in what no commit holds: ${named}${more}. Commit it, or leave it out in .dockerignore.`,
      ),
    );
  }
  const { services } = application.config;
  const jobs = planNewJobs(
    services,
    hasJobs(services) ? await jobsSoFar(registry, project, stage, ownSeal(stage, own)) : {},
  );
  return { application, origin: { kind: "build", source }, jobs, notices: told };
}

/** What the release names in this stage and in the project's others, whose variables may make other paths. */
function namedInAnyStage(settings: StageSettings, compose: string[], work: WorkFiles): NamedPaths[] {
  const own = describe(settings, compose, {});
  const others = Object.entries(settings.siblingEnv).map(([stage, env]) => ({
    ...own,
    stage,
    env: { ...own.env, ...env },
  }));
  return [own, ...others].map((one) => namedPaths(one, work));
}

/** @throws ApplicationError with every problem of its files and of its images */
function readHere(description: Description, work: WorkFiles, surroundings: ImageSurroundings): ReadApplication {
  try {
    return readApplication(description, work, work);
  } catch (error) {
    throw withImageProblems(error, surroundings);
  }
}

/** The facts of the images from elsewhere; images that are built are looked at after their build. */
async function knownFacts(
  images: readonly ImagePlan[],
  { project, registry: { mirrors } }: StageSettings,
  registry: RegistryPlan,
): Promise<Record<string, ImageFacts | undefined>> {
  const own = await openLedger(registry, project).catch(() => undefined);
  return factsOfImages(images, own?.registry, new Sources(mirrors, { retries: [], answer: 10_000 }));
}

/** The stage that builds may be the one that brings the registry up: the jobs themselves ask the ledger when it is there. */
async function jobsSoFar(
  plan: RegistryPlan,
  project: string,
  stage: string,
  seal: Seal | undefined,
): Promise<{ restored?: string }> {
  const opened = await openLedger(plan, project, seal).catch(() => undefined);
  const answers = await opened?.registry.ping().then(
    () => true,
    () => false,
  );
  return opened && answers ? opened.ledger.jobRuns(stage) : {};
}
