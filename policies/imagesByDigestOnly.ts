import type { ResourceValidationPolicy } from "@pulumi/policy";
import { knownText, owners, type Declared } from "./declared";

/**
 * Containers run, and images are pulled by, digests only: a tag can mean another image tomorrow, so a stage that ran one would run
 * what nobody has verified.
 *
 * Two components are exempt, with their images: the edge and the stage's own registry. They are equipment of the stage and no
 * part of a release, their versions come with Slipway itself, and the registry must run before anything can have a digest in it.
 */
export const imagesByDigestOnly: ResourceValidationPolicy = {
  name: "images-by-digest-only",
  description: "Containers run images by digest, so that a stage runs exactly what was verified.",
  validateResource: (resource, report) => {
    const problem = withoutDigest(resource);
    if (problem) {
      report(problem);
    }
  },
};

/**
 * What is wrong with the image that a resource names.
 *
 * @returns a sentence that names the resource and says what to write instead; undefined where nothing is wrong, or where the image
 *   is not known yet, as in the preview of a stage that builds
 */
export function withoutDigest(resource: Declared): string | undefined {
  const image = imageOf(resource);
  if (image === undefined || byDigest.test(image) || owners(resource).some((owner) => exempt.has(owner))) {
    return undefined;
  }
  return `${resource.name} runs the image ${image || '""'}, which is not named by a digest and so can become another one: write ${repository(image)}@sha256:… with the 64 hexadecimal digits of the image that was verified.`;
}

/** A repository, a tag that means nothing beside a digest, and the digest (OCI image specification, "Digests"). */
const byDigest = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

const exempt = new Set(["slipway:edge:Edge", "slipway:registry:LocalRegistry"]);

function imageOf(resource: Declared): string | undefined {
  switch (resource.type) {
    case "docker:index/container:Container":
      return knownText(resource, "image");
    case "docker:index/remoteImage:RemoteImage":
      // One that is built here is not pulled; the container that runs it is looked at all the same.
      return "build" in resource.props ? undefined : knownText(resource, "name");
    default:
      return undefined;
  }
}

/** A colon after the last slash begins a tag; one before it, a port. */
function repository(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "") || "<repository>";
}
