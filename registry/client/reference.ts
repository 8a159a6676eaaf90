/** An image reference in full: Docker's short forms are written out. */
export interface ImageReference {
  /** Host, with its port where one is given; Docker Hub is always `docker.io`. */
  registry: string;
  /** Path in that registry, for example `library/postgres`. */
  repository: string;
  /** `latest` where neither a tag nor a digest is given. */
  tag?: string;
  /** `sha256:…`; where a tag is given as well, the digest decides. */
  digest?: string;
}

const hub = "docker.io";
const hostPattern = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::[0-9]+)?$/;
const pathPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const digestPattern = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Whether `text` is a digest that Slipway can verify (sha256 or sha512, lower-case hex). */
export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

/** Whether `text` can be a registry's host, with or without a port. */
export function isHost(text: string): boolean {
  return hostPattern.test(text);
}

/** Whether `text` can be a tag (OCI distribution specification: 128 characters at most). */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Whether `text` can be a repository path (OCI distribution specification, Docker's limit of 255 characters). */
export function isRepository(text: string): boolean {
  return text.length <= 255 && pathPattern.test(text);
}

/**
 * Reads an image reference by Docker's rules (distribution/reference, `ParseNormalizedNamed`): a first component with a
 * dot, a colon, an upper-case letter or the name `localhost` is the registry; Docker Hub's one-word names are under
 * `library/`.
 *
 * @param text for example `postgres:16`, `ghcr.io/owner/app:v1@sha256:…`, `127.0.0.1:5000/app`
 * @throws Error naming the reference and its fault
 */
export function parseReference(text: string): ImageReference {
  const fail = (reason: string): never => {
    throw new Error(`"${text}" is not an image reference: ${reason}.`);
  };
  const [named, digest, ...rest] = text.split("@") as [string, ...string[]];
  if (rest.length > 0) fail("it has more than one @");
  if (digest !== undefined && !isDigest(digest)) fail(`"${digest}" is not a digest such as sha256:<64 hex digits>`);

  const slash = named.lastIndexOf("/");
  const colon = named.indexOf(":", slash + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !isTag(tag)) fail(`"${tag}" is not a tag (letters, digits, _ . -, at most 128)`);
  if (name === "") fail("it names no repository");
  if (/^[0-9a-f]{64}$/.test(name)) fail("64 hex digits alone are an image id, not a repository");

  const { registry, repository } = splitName(name);
  if (!isHost(registry)) fail(`"${registry}" is not a registry's host name`);
  if (/[A-Z]/.test(repository)) fail(`the repository "${repository}" must be lower case`);
  if (!isRepository(repository)) fail(`"${repository}" is not a repository path`);
  return {
    registry,
    repository,
    ...(tag !== undefined ? { tag } : digest === undefined ? { tag: "latest" } : {}),
    ...(digest !== undefined ? { digest } : {}),
  };
}

/** Writes a reference in full, for example `docker.io/library/postgres:16`: the inverse of {@link parseReference}. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

function splitName(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const named = slash > 0 && (/[.:[A-Z]/.test(first) || first === "localhost");
  const host = named ? first : hub;
  const path = named ? name.slice(slash + 1) : name;
  const registry = host === "index.docker.io" ? hub : host;
  return { registry, repository: registry === hub && !path.includes("/") ? `library/${path}` : path };
}
