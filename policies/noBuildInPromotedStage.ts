import type { ResourceValidationPolicy } from "@pulumi/policy";
import { knownText, owners, type Declared } from "./declared";

/**
 * A stage that takes a verified release over builds, tags and pushes nothing: an image made there would be another one than the
 * one that was verified, even from the same commit.
 *
 * A stage is such a one when it declares a promoted release. Resources are looked at one by one, before each is created, and in no
 * certain order; so the policy remembers what it has seen in this run of the engine. The preview therefore refuses every build;
 * without a preview, one that is declared ahead of the release has run by the time the release shows it to be wrong.
 */
export function noBuildInPromotedStage(): ResourceValidationPolicy {
  const builds: string[] = [];
  let promoted = false;
  return {
    name: "no-build-in-promoted-stage",
    description: "A stage that takes a release over builds nothing.",
    validateResource: (resource, report) => {
      const build = building(resource);
      if (build) {
        builds.push(build);
      }
      if (resource.type === "slipway:release:PromotedRelease") {
        promoted = true;
        builds.forEach((earlier) => report(refusal(earlier)));
      } else if (build && promoted) {
        report(refusal(build));
      }
    },
  };
}

/**
 * Which image a resource would make, if any.
 *
 * @returns the resource and what it does, to begin a sentence with; undefined where it makes none, or is a part of a component that
 *   is named instead
 */
export function building(resource: Declared): string | undefined {
  const does = makers[resource.type]?.(resource);
  const part = owners(resource).some((owner) => owner in makers);
  return does && !part ? `${resource.name} (${resource.type}) ${does}` : undefined;
}

const makers: Readonly<Record<string, ((resource: Declared) => string | undefined) | undefined>> = {
  "slipway:release:BuiltRelease": () => "puts a release together",
  "slipway:release:BuiltImage": () => "builds an image",
  "docker:index/image:Image": () => "builds an image",
  "docker:index/remoteImage:RemoteImage": ({ props }) => ("build" in props ? "builds an image" : undefined),
  "docker:index/tag:Tag": () => "tags an image",
  "docker:index/registryImage:RegistryImage": () => "pushes an image",
  "docker-build:index:Image": () => "builds an image",
  "docker-build:index:Index": () => "puts an image together",
  "command:local:Command": command,
  "command:remote:Command": command,
};

const slipwayBuild = /\bmain\.js build\b/;

/** `docker build`, and as a sub-command of buildx, compose or image, with options and their values before it. */
const dockerBuild = /\bdocker(-compose)?\s+((buildx|compose|image)\s+|-\S+\s+([^-\s]\S*\s+)?)*(build|bake)(\s|$)/;

function command(resource: Declared): string | undefined {
  const runs = ["create", "update"].map((input) => knownText(resource, input) ?? "");
  return runs.some((text) => slipwayBuild.test(text) || dockerBuild.test(text)) ? "runs a build" : undefined;
}

function refusal(build: string): string {
  return `${build}, and this stage takes a verified release over: declare it in the stage that builds (the one without promoteFrom and without a pinned release), and promote the release from there.`;
}
