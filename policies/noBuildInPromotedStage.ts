import { text, type Declared } from "./declared";
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

/** Commands that make another image, or another name for one, without a build. */
const dockerTag = docker("commit|import|tag|push|imagetools\\s+create");

function docker(does: string): RegExp {
  const program = "\\b(docker|podman|nerdctl)(-compose)?";
  const before = "((buildx|builder|compose|image)\\s+|-\\S+\\s+([^-\\s]\\S*\\s+)?)*";
  return new RegExp(`${program}\\s+${before}(${does})(\\s|=|$)`);
}

function command({ inputs }: Declared): string | undefined {
  const runs = ["create", "update"].map((input) => text(inputs[input]) ?? "");
  if (runs.some((line) => slipwayBuild.test(line) || dockerBuild.test(line))) return "runs a build";
  return runs.some((line) => dockerTag.test(line)) ? "tags or pushes an image" : undefined;
}
