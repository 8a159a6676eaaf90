import { parseReference } from "../registry/client/reference";
import type { KnownKind } from "./kinds/kind";

/** The last part of an image's name, by kind. An exporter or a web front of the same name begins the same and is no database. */
const images: Record<KnownKind, RegExp> = {
  postgres: /^(postgres|postgresql|postgis|pgvector|timescaledb(-ha)?)$/,
  redis: /^(redis|valkey|redis-stack|redis-stack-server)$/,
  arangodb: /^(arangodb|enterprise)$/,
  neo4j: /^neo4j$/,
};

/** The programs that {@link images} could take another's image for: their last part says little. */
const owners: Partial<Record<KnownKind, RegExp>> = { arangodb: /(^|\/)arangodb(\/|$)/ };

/**
 * What program an image holds, by its name.
 *
 * @param reference an image's name, with or without registry, tag and digest
 * @returns undefined where it is none whose data Slipway knows how to save
 */
export function kindOfImage(reference: string): KnownKind | undefined {
  return kindOfRepository(parseReference(reference).repository);
}

/** The same by the image's path alone, with or without the registry in front. */
export function kindOfRepository(repository: string): KnownKind | undefined {
  const last = repository.split("/").at(-1) ?? "";
  const found = Object.entries(images).find(
    ([kind, name]) => name.test(last) && (owners[kind as KnownKind]?.test(repository) ?? true),
  );
  return found?.[0] as KnownKind | undefined;
}
