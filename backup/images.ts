import { parseReference } from "../registry/client/reference";
import type { Known } from "./kinds/kind";
import { known, type KnownKind } from "./kinds/kinds";

/**
 * The program in an image, by the image's name.
 *
 * @param reference an image's name, with or without registry, tag and digest
 * @returns undefined for a program whose data Slipway cannot save
 */
export function kindOfImage(reference: string): KnownKind | undefined {
  return kindOfRepository(parseReference(reference).repository);
}

/** The same by the image's path alone, with or without the registry in front. */
export function kindOfRepository(repository: string): KnownKind | undefined {
  const last = repository.split("/").at(-1) ?? "";
  const found = Object.entries<Known>(known).find(
    ([, { images, owner }]) => images.test(last) && (owner?.test(repository) ?? true),
  );
  return found?.[0] as KnownKind | undefined;
}
