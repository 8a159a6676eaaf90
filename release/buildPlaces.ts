import { resolve } from "node:path";
import { isRemote } from "../compose/index";
import { Bounds } from "./bounds";
import type { Builder } from "./builder";
import { ignoreFileOf } from "./context";
import type { BuildOptions } from "./images";

/**
 * Makes sure that everything that a builder is pointed to lies in the project's work tree: contexts, the Dockerfile and the ignore file.
 * Links within a context are no concern: builders get them as links.
 *
 * @param root the project's folder, absolute
 * @throws BoundsError naming what lies outside
 */
export function checkPlaces(
  build: Pick<BuildOptions, "context" | "dockerfile" | "additionalContexts">,
  builder: Builder,
  root: string,
  bounds = Bounds.around(root),
): void {
  for (const place of Object.values(build.additionalContexts)) {
    if (!isRemote(place)) bounds.real(resolve(root, place), `The build context ${place}`);
  }
  // A repository is none of the work tree's business.
  if (isRemote(build.context)) return;
  const directory = resolve(root, build.context);
  bounds.real(directory, `The build context ${build.context}`);
  const dockerfile = build.dockerfile === undefined ? undefined : resolve(directory, build.dockerfile);
  if (dockerfile !== undefined) bounds.real(dockerfile, `The Dockerfile ${build.dockerfile}`);
  const rules = ignoreFileOf(directory, dockerfile, builder);
  if (rules !== undefined) bounds.real(rules, `The ignore file ${rules}`);
}
