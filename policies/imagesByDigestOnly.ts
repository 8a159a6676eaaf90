import { containersOf, isEquipment } from "./container";
import type { Declared } from "./declared";
import type { Rule } from "./rule";

/**
 * Containers run, and images are pulled by, digests only. A tag can mean another image tomorrow, and then the stage
 * would run an image that was never verified.
 *
 * Slipway's own equipment may use tags: it belongs to no release, its versions come with Slipway itself, and the
 * registry must run before anything can have a digest in it.
 */
export const imagesByDigestOnly: Rule = {
  name: "images-by-digest-only",
  description: "Containers run images by digest, so that a stage runs exactly what was verified.",
  problems(resource) {
    if (isEquipment(resource)) return [];
    return imagesOf(resource)
      .filter(({ image }) => !byDigest.test(image))
      .map(
        ({ name, image }) =>
          `${name} runs the image ${image || '""'}, which is not named by a digest and so can become another one: write ${repository(image)}@sha256:… with the 64 hexadecimal digits of the image that was verified.`,
      );
  },
};

/** A repository, a tag (ignored beside a digest), and the digest (OCI image specification, "Digests"). */
const byDigest = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

/** The images that a resource names, as far as they are known. */
function imagesOf(resource: Declared): { name: string; image: string }[] {
  // An image that is built here is not pulled; the container that runs it is checked all the same.
  const isPulled = resource.type === "docker:index/remoteImage:RemoteImage" && !("build" in resource.inputs);
  const pulled = isPulled ? [{ name: resource.name, image: resource.inputs["name"] }] : [];
  const ran = containersOf(resource).map(({ name, inputs }) => ({ name, image: inputs["image"] }));
  return [...pulled, ...ran].filter((one): one is { name: string; image: string } => typeof one.image === "string");
}

/** A colon after the last slash begins a tag; one before it, a port. */
function repository(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "") || "<repository>";
}
