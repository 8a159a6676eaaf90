/** A release as a person or another stage names it: by name, by the digest of its record, or by both. */
export interface WantedRelease {
  name?: string;
  /** `sha256:…` */
  record?: string;
}

/**
 * Reads how a release is named.
 *
 * @param text `<name>`, `sha256:<64 hexadecimal digits>` or `<name>@sha256:…`
 * @throws Error where it is none of these
 */
export function parseWanted(text: string): WantedRelease {
  const [, name, record] = /^(?:([^@:]+)(?:@|$))?(sha256:[0-9a-f]{64})?$/.exec(text) ?? [];
  if ((name === undefined && record === undefined) || text.endsWith("@")) {
    throw new Error(
      `"${text}" names no release: write its name, such as v1a2b3c4-20261121-143022, the digest of its record, sha256:…, or both, <name>@sha256:….`,
    );
  }
  return { ...(name === undefined ? {} : { name }), ...(record === undefined ? {} : { record }) };
}
