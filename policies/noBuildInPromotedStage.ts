import { text, texts, type Declared } from "./declared";
import type { Rule } from "./rule";

/**
 * A stage that takes a verified release over builds, tags and pushes nothing: an image made there would be another one
 * than the verified one, even from the same commit.
 */
export const noBuildInPromotedStage: Rule = {
  name: "no-build-in-promoted-stage",
  description: "A stage that takes a release over builds nothing.",
  problems(resource, { takesOver }) {
    const build = takesOver ? building(resource) : undefined;
    if (build === undefined) return [];
    return [
      `${build}, and this stage takes a verified release over: declare it in the stage that builds (the one without promoteFrom and without a pinned release), and promote the release from there.`,
    ];
  },
};

/**
 * Whether a resource would make an image.
 *
 * @returns the resource and what it does, to begin a sentence with; undefined where it makes none, or belongs to a
 *   component that is named instead
 */
export function building(resource: Declared): string | undefined {
  const does = makers[resource.type]?.(resource);
  const part = resource.owners.some((owner) => owner in makers);
  return does && !part ? `${resource.name} (${resource.type}) ${does}` : undefined;
}

const makers: Readonly<Record<string, ((resource: Declared) => string | undefined) | undefined>> = {
  "slipway:release:BuiltRelease": () => "puts a release together",
  "slipway:release:BuiltImage": () => "builds an image",
  "docker:index/image:Image": () => "builds an image",
  "docker:index/remoteImage:RemoteImage": ({ inputs }) => ("build" in inputs ? "builds an image" : undefined),
  "docker:index/tag:Tag": () => "tags an image",
  "docker:index/registryImage:RegistryImage": () => "pushes an image",
  "docker-build:index:Image": () => "builds an image",
  "docker-build:index:Index": () => "puts an image together",
  "command:local:Command": command,
  "command:remote:Command": command,
};

const slipwayBuild = /\bmain\.js build\b/;

/** `docker build`, also below buildx, compose or image, with options and their values in front; and `up --build`. */
const dockerBuild = docker("build|bake|(compose|up)\\s[^|;&]*--build");

/** Programs that build images without Docker. */
const otherBuild =
  /\b(buildctl(-daemonless\.sh)?\s[^|;&]*build|buildah\s[^|;&]*\b(bud|build|build-using-dockerfile)|img\s+build|pack\s+build|ko\s+(build|publish|apply)|kaniko|earthly|nixpacks\s+build|s2i\s+build|jib\s+build|depot\s+(build|bake))\b/;

/** Commands that make another image, or another name for one, without a build. */
const dockerTag = docker("commit|import|tag|push|imagetools\\s+create");

/** Programs that do so without Docker. */
const otherTag =
  /\b(skopeo\s[^|;&]*\b(copy|sync)|(crane|gcrane)\s[^|;&]*\b(push|copy|cp|append|mutate|tag|rebase)|regctl\s[^|;&]*\b(copy|import|mod|create)|oras\s[^|;&]*\b(push|copy|cp|tag)|ctr\s[^|;&]*\b(import|push|tag))\b/;

function docker(does: string): RegExp {
  const program = "\\b(docker|podman|nerdctl)(-compose)?";
  const before = "((buildx|builder|compose|image)\\s+|-\\S+\\s+([^-\\s]\\S*\\s+)?)*";
  return new RegExp(`${program}\\s+${before}(${does})(\\s|=|$)`);
}

function command({ inputs }: Declared): string | undefined {
  const lines = ["create", "update"].map((input) => plainly(text(inputs[input]) ?? "", texts(inputs["interpreter"])));
  const is = (...kinds: RegExp[]): boolean => lines.some((line) => kinds.some((kind) => kind.test(line)));
  if (is(slipwayBuild, dockerBuild, otherBuild)) return "runs a build";
  return is(dockerTag, otherTag) ? "tags or pushes an image" : undefined;
}

/**
 * A command as a shell reads it: a word is the same with quotes, backslashes and line breaks in it, and a program the same in a variable of the
 * command's own.
 */
function plainly(command: string, interpreter: readonly string[]): string {
  const line = [...interpreter, command]
    .join(" ")
    .replaceAll(/\\\n/g, " ")
    .replaceAll(/["'\\]/g, "");
  const variables = [...line.matchAll(/(?:^|[\s;&|(])([A-Za-z_]\w*)=([^\s;&|]*)/g)];
  const filled = variables.reduce(
    (all, [, name = "", value = ""]) => all.replaceAll(new RegExp(`\\$(\\{${name}\\}|${name}\\b)`, "g"), () => value),
    line,
  );
  return filled.replaceAll(/\$\(\s*(?:command\s+-v|which|type\s+-p)\s+(\S+?)\s*\)/g, "$1").replaceAll("`", " ");
}
