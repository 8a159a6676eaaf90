import { isEquipment } from "./container";
import { text, type Declared } from "./declared";
import type { Rule } from "./rule";

/**
 * Containers run, and images are pulled by, digests only: a tag can mean another image tomorrow, so a stage that ran one would run
 * what nobody has verified.
 *
 * Slipway's own equipment is exempt, with its images: it is no part of a release, its versions come with Slipway itself, and the
 * registry must run before anything can have a digest in it.
 */
export const imagesByDigestOnly: Rule = {
  name: "images-by-digest-only",
  description: "Containers run images by digest, so that a stage runs exactly what was verified.",
  problems(resource) {
    const image = imageOf(resource);
    if (image === undefined || byDigest.test(image) || isEquipment(resource)) return [];
    return [
      `${resource.name} runs the image ${image || '""'}, which is not named by a digest and so can become another one: write ${repository(image)}@sha256:… with the 64 hexadecimal digits of the image that was verified.`,
    ];
  },
};

/** A repository, a tag that means nothing beside a digest, and the digest (OCI image specification, "Digests"). */
const byDigest = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

function imageOf({ type, inputs }: Declared): string | undefined {
  switch (type) {
    case "docker:index/container:Container":
      return text(inputs["image"]);
    case "docker:index/remoteImage:RemoteImage":
      // One that is built here is not pulled; the container that runs it is looked at all the same.
      return "build" in inputs ? undefined : text(inputs["name"]);
    default:
      return undefined;
  }
}

/** A colon after the last slash begins a tag; one before it, a port. */
function repository(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "") || "<repository>";
}
