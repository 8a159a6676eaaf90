import { formatPath, problemAt, type Loaded, type Problem } from "../compose/index";
import { BuildSecretError } from "../release/buildSecrets";
import { ContextError } from "../release/context";
import { basesOf, ImageError, planImages, type ImageSurroundings } from "../release/images";
import { ApplicationError, Findings } from "./findings";

/** What an image that is built may end with, and how their sentences begin. */
const kinds = [ImageError, ContextError, BuildSecretError];
const begins = ["The service", "The build of the service"];

/**
 * What is wrong with the images of an application: each service's is planned by itself, so that one does not hide the
 * others.
 *
 * @param base the release's own files, which alone say what it is made of
 */
export function imageProblems(base: Loaded, surroundings: ImageSurroundings): Problem[] {
  const { config } = base;
  const variable = (name: string): string | undefined => base.environment[name];
  const isWell = (names: readonly string[]): boolean => {
    try {
      planImages(config, { variable, ...surroundings }, names);
      return true;
    } catch {
      return false;
    }
  };
  return Object.entries(config.services).flatMap(([name, service]) => {
    const path = ["services", name, service.build ? "build" : "image"];
    // Of a service without either, that is told already.
    if (!service.build && !service.image) return [];
    try {
      planImages(config, { variable, ...surroundings }, [name]);
      return [];
    } catch (error) {
      // What is wrong with an image that this one is built of is told there.
      if (!isWell(Object.values(basesOf(service)))) return [];
      if (!(error instanceof Error) || (!kinds.some((kind) => error instanceof kind) && service.build)) throw error;
      const said = begins.reduce((text, begin) => text.replace(`${begin} ${name} `, ""), error.message);
      return [problemAt(base, path, `${said.replace(/\.$/, "")}${blankIn(base, path)}`)];
    }
  });
}

/** Names the variables that left a value empty in part. */
function blankIn({ interpolations, environment }: Loaded, path: readonly string[]): string {
  const filled = interpolations.find(({ path: other }) => formatPath(other) === formatPath(path));
  const blank = [...new Set(filled?.variables ?? [])].filter((name) => (environment[name] ?? "") === "");
  if (blank.length === 0) return "";
  const [first] = blank;
  const named = blank.length === 1 ? `the variable ${first} is` : `the variables ${blank.join(" and ")} are`;
  return `; ${named} empty: set ${blank.length === 1 ? "it" : "them"}, as in slipway:env: { ${first}: VALUE }, or write a default, as in \${${first}:-VALUE}`;
}

/**
 * An error in making the source of a release, with the problems of its images.
 *
 * @param error as reading the application, or its source, ended with it
 * @param known the release's own files, where the error comes without them
 * @returns the same error where no image is wrong
 */
export function withImageProblems(error: unknown, surroundings: ImageSurroundings, known?: Loaded): unknown {
  const application = error instanceof ApplicationError ? error.application : undefined;
  const base = application?.base ?? known;
  const told = error instanceof ApplicationError ? error.problems.map(({ key }) => key) : [];
  const wrong = base ? tolerant(() => imageProblems(base, surroundings)) : [];
  const problems = wrong.filter(({ key }) => !told.includes(key));
  if (problems.length === 0) return error;
  const found = new Findings();
  found.add(error instanceof ApplicationError ? error.problems : []);
  found.add(problems);
  return new ApplicationError(found.problems, application);
}

/** What is told first must not be lost for a mistake in what is looked at beside it. */
function tolerant(look: () => Problem[]): Problem[] {
  try {
    return look();
  } catch {
    return [];
  }
}
