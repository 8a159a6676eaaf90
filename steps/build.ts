import { builderAtHand, builderVariable } from "../release/builder";
import type { BuildOptions } from "../release/images";
import { ownPlaces } from "../release/ownPlaces";
import type { RegistryPlan } from "../settings/registryPlan";
import type { Engine } from "../docker/engine";
import { singleOut } from "../registry/pushed";
import type { Environment } from "../docker/context";
import { withLoginBeside } from "../registry/withLogin";
import { placesOf, prepareContext, type BuildPlaces } from "../release/buildContext";
import { formerlyTagged } from "../release/formerTag";
import { secretArgument, secretVariables, withoutSecrets } from "./buildSecrets";
import { push } from "../release/push";
import { heldContent, lastDigest, signContent } from "../release/signing/contentTag";
import { connect } from "../registry/connect";
import type { Say } from "../docker/say";

/** What building an image needs. */
export interface BuildInput {
  registry: RegistryPlan;
  repository: string;
  /** Derived from the content: what carries it holds exactly that content. */
  tag: string;
  build: BuildOptions;
  /** The values of its secrets that come from variables, by id. */
  secrets?: Record<string, string>;
  /** The images of the registry that are its further contexts, by the contexts' names: repository and digest. */
  contexts?: Record<string, string>;
  /** The stage's private key, in PEM. */
  key: string;
}

/** The image, as the registry knows it. */
export interface ImageResult {
  digest: string;
  /** The tag that it was made for, where that is derived from its content. */
  tag?: string;
}

/**
 * Builds an image and pushes it, unless the registry has its content already, by the stage's own word.
 *
 * @param known the digest that the last run of this step came to
 * @throws Error with the last lines of the build or the push when one fails
 */
export async function build(
  { registry: access, repository, tag, build: written, secrets = {}, contexts = {}, key }: BuildInput,
  say: Say,
  engine: Engine,
  known = lastDigest(tag),
): Promise<ImageResult> {
  const registry = await connect(access, say);
  const build = withImages(written, access.address, contexts);
  const held = await heldContent(registry, repository, tag, key, known);
  if (held) {
    say(`${repository}:${tag} is in the registry already`);
    const { digest } = await singleOut(registry, repository, tag, build.platform);
    await signContent(registry, repository, tag, digest, key);
    return { digest, tag };
  }
  const former = await formerlyTagged(registry, repository, tag);
  if (former !== undefined) {
    say(`${repository}:${tag} is in the registry already, under the shorter tag of before`);
    await signContent(registry, repository, tag, former, key);
    return { digest: former, tag };
  }
  const reference = `${access.address}/${repository}:${tag}`;
  say(`building ${build.context}`);
  const isNews = stages();
  const told = (line: string): void => void (isNews(line) && say(line));
  const run = (env: Environment): Promise<void> => runBuild(engine, reference, build, { secrets, env }, told);
  await (Object.keys(contexts).length > 0 ? withLoginBeside(engine, access, run) : run({}));
  const digest = await push(engine, { registry, plan: access, repository, tag, platform: build.platform }, say);
  await signContent(registry, repository, tag, digest, key);
  say(`pushed ${repository}@${digest}`);
  return { digest, tag };
}

/** A build whose further contexts are images of the registry as well. */
export function withImages(
  build: BuildOptions,
  address: string,
  contexts: Readonly<Record<string, string>>,
): BuildOptions {
  const images = Object.entries(contexts).map(([name, image]) => [name, `docker-image://${address}/${image}`] as const);
  return images.length === 0
    ? build
    : { ...build, additionalContexts: { ...build.additionalContexts, ...Object.fromEntries(images) } };
}

/** Builds by the builder that the plan foresaw, of what the plan counted. */
async function runBuild(
  engine: Engine,
  reference: string,
  build: BuildOptions,
  { secrets, env }: { secrets: Readonly<Record<string, string>>; env: Environment },
  onLine: (line: string) => void,
): Promise<void> {
  const builder = await builderAtHand(engine.environment);
  const { places, input, remove } = await prepareContext(build, builder, ownPlaces(process.cwd()));
  try {
    await engine.command(buildArguments(reference, build, places), {
      input,
      env: { ...env, ...builderSettings(engine), ...builderVariable(builder), ...secretVariables(build, secrets) },
      onLine,
    });
  } catch (error) {
    throw withoutSecrets(error, build, secrets);
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
    ...(build.ulimits ?? []).flatMap((limit) => ["--ulimit", limit]),
    ...(build.secrets ?? []).flatMap((secret, index) => ["--secret", secretArgument(secret, index)]),
    ...(build.ssh ?? []).flatMap((key) => ["--ssh", key]),
    ...(build.noCache ? ["--no-cache"] : []),
    ...(build.pull ? ["--pull"] : []),
    places.context,
  ];
}

/**
 * What a build is told by its environment, so that nothing but its content and its settings decides what comes of it.
 *
 * - Notes on the build (provenance) hold times and the commit: they would make another image of unchanged content, which is to keep its digest.
 *   (https://docs.docker.com/build/building/variables/#buildx_no_default_attestations)
 * - `BUILDX_GIT_LABELS` would write the commit into the image, `SOURCE_DATE_EPOCH` a time; a compose file's own build argument counts.
 * - The Engine that pushes is the one that builds: an image of a builder of its own would not be in it.
 */
export function builderSettings(engine: Engine): Record<string, string | undefined> {
  return {
    BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
    BUILDX_GIT_LABELS: undefined,
    SOURCE_DATE_EPOCH: undefined,
    BUILDX_BUILDER: engine.current.context,
    BUILDKIT_PROGRESS: "plain",
  };
}

/**
 * Picks the lines that tell how far a build is, each once: BuildKit says the name of a step again whenever it goes on with it. What the build's
 * own commands print may be long, or nobody's business.
 */
export function stages(): (line: string) => boolean {
  const said = new Set<string>();
  return (line) => {
    if (!/^(Step \d+\/\d+|#\d+ \[)/.test(line) || said.has(line)) return false;
    said.add(line);
    return true;
  };
}
