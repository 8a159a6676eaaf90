import { createHash } from "node:crypto";
import type { StageId } from "../../docker/labels";

/**
 * What a stage's resources are called in a cloud: `shop-staging`. Lower-case letters, digits and hyphens, with a letter first. Where
 * something had to be changed for that, the end of the name tells two stages apart whose names would come out the same; and so it does
 * where the stage's own name has a hyphen: the stage eu-test of shop would be called what the stage test of shop-eu is.
 *
 * @param longest how many characters it may have, 16 at least
 */
export function cloudName({ project, stage }: StageId, longest: number): string {
  const wanted = `${project}-${stage}`;
  const name = wanted
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .replace(/-$/, "");
  if (name === wanted && name.length <= longest && !stage.includes("-")) {
    return name;
  }
  const tail = createHash("sha256").update(`${project}/${stage}`).digest("hex").slice(0, 6);
  const head = name.slice(0, longest - tail.length - 1).replace(/-$/, "");
  return `${head || "stage"}-${tail}`;
}
