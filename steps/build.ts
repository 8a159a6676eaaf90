import { builderAtHand, builderVariable } from "../components/release/builder";
import type { BuildOptions } from "../components/release/images";
import { ownPlaces } from "../components/release/ownPlaces";
import type { RegistryPlan } from "../components/registry/plan";
import { placesOf, prepareContext, type BuildPlaces } from "./buildContext";
import { docker, withLogin } from "./docker";
import { connect } from "./registry";
import type { Say } from "./step";

/** What building an image needs. */
export interface BuildInput {
  registry: RegistryPlan;
  repository: string;
  /** Derived from the content: what carries it holds exactly that content. */
  tag: string;
  build: BuildOptions;
}

/** The image, as the registry knows it. */
export interface ImageResult {
  digest: string;
}

/**
 * Builds an image and pushes it, unless the registry has its content already.
 *
 * @throws Error with the last lines of the build or the push when one fails
 */
export async function build({ registry: access, repository, tag, build }: BuildInput, say: Say): Promise<ImageResult> {
  const registry = await connect(access, say);
  const there = await registry.headManifest(repository, tag);
  if (there) {
    say(`${repository}:${tag} is in the registry already`);
    return { digest: there.digest };
  }
  const reference = `${access.address}/${repository}:${tag}`;
  say(`building ${build.context}`);
  await runBuild(reference, build, (line) => isStage(line) && say(line));
  say(`pushing ${repository}:${tag}`);
  await withLogin(access, (env) => docker(["push", reference], { env }));
  const pushed = await registry.headManifest(repository, tag);
  if (!pushed) {
    throw new Error(
      `${reference} was pushed, but the registry ${access.address} does not have it: look at the registry's log.`,
    );
  }
  say(`pushed ${repository}@${pushed.digest}`);
  return { digest: pushed.digest };
}

/** Builds by the builder that the plan foresaw, of what the plan counted. */
async function runBuild(reference: string, build: BuildOptions, onLine: (line: string) => void): Promise<void> {
  const builder = await builderAtHand();
  const { places, input, remove } = await prepareContext(build, builder, ownPlaces(process.cwd()));
  try {
    await docker(buildArguments(reference, build, places), { input, env: builderVariable(builder), onLine });
  } finally {
    remove();
  }
}

/** The arguments of `docker build` for a compose file's build section. */
export function buildArguments(
  reference: string,
  build: BuildOptions,
  places: BuildPlaces = placesOf(build),
): string[] {
  const each = (flag: string, values: Record<string, string>): string[] =>
    Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  const given = (flag: string, value: string | undefined): string[] => (value ? [flag, value] : []);
  return [
    "build",
    ...["--tag", reference],
    ...["--platform", build.platform],
    ...["--file", places.file],
    ...each("--build-arg", build.args),
    ...each("--label", build.labels),
    ...each("--build-context", places.additionalContexts),
    ...given("--target", build.target),
    ...given("--network", build.network),
    ...given("--shm-size", build.shmSize),
    ...build.cacheFrom.flatMap((from) => ["--cache-from", from]),
    ...build.extraHosts.flatMap((host) => ["--add-host", host.replace("=", ":")]),
    ...(build.noCache ? ["--no-cache"] : []),
    ...(build.pull ? ["--pull"] : []),
    places.context,
  ];
}

/** The lines that tell how far a build is; what the build's own commands print may be long, or nobody's business. */
function isStage(line: string): boolean {
  return /^(Step \d+\/\d+|#\d+ \[)/.test(line);
}
