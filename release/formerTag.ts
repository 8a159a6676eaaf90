import { tagImage } from "../registry/client/copy";
import type { Registry } from "../registry/client/registry";
import { lastDigest } from "./signing/contentTag";

/** How many hexadecimal digits of a content's digest were its tag, before all 64 of them were. */
const formerly = 20;

/**
 * Finds what a registry holds of a content under the shorter tag that it had in earlier versions, and gives it its whole tag. Others may
 * have written to such a tag, and two contents can be made that share it: it counts only where it is what this step came to when it
 * last ran. Anything else is made anew.
 *
 * @param tag the whole one
 * @param known the digest that the stage's state has of the shorter one
 * @returns the image's digest
 */
export async function formerlyTagged(
  registry: Registry,
  repository: string,
  tag: string,
  known = lastDigest(tag.slice(0, formerly)),
): Promise<string | undefined> {
  if (known === undefined || tag.length !== 64) return undefined;
  if ((await registry.headManifest(repository, tag.slice(0, formerly)))?.digest !== known) return undefined;
  await tagImage(registry, repository, await registry.getManifest(repository, known), tag);
  return known;
}
