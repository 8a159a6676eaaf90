import type { Registry } from "../../registry/client/registry";
import { ownKeys } from "./keyFiles";
import { addSignature, provenClaims } from "./signatures";

const tagClaim = "slipway.content";

/**
 * The manifest that bears a tag made from its content, where that is so by the word of the stage: whoever may write to the registry may put
 * anything under such a tag.
 *
 * @param privateKey the stage's, in PEM
 * @param known the digest that the stage's state has of this very tag
 * @param root the project's folder
 * @returns undefined where there is none, or where it cannot be believed
 */
export async function heldContent(
  registry: Registry,
  repository: string,
  tag: string,
  privateKey: string,
  known?: string,
  root = process.cwd(),
): Promise<{ digest: string } | undefined> {
  const head = await registry.headManifest(repository, tag);
  if (!head) return undefined;
  if (head.digest === known) return head;
  const claims = await provenClaims(registry, repository, head.digest, ownKeys(privateKey, root));
  return claims.some(({ claim }) => claim.says[tagClaim] === tag) ? head : undefined;
}

/** Signs that a manifest is what a tag made from the content says. */
export async function signContent(
  registry: Registry,
  repository: string,
  tag: string,
  digest: string,
  privateKey: string,
): Promise<void> {
  await addSignature(registry, { repository, digest, says: { [tagClaim]: tag } }, privateKey);
}

/**
 * The digest that the last run of a step came to for a tag.
 *
 * @param result of that run, as the command provider hands it on
 * @returns undefined where there was none, or where it was for another tag
 */
export function lastDigest(tag: string, result = process.env["PULUMI_COMMAND_STDOUT"]): string | undefined {
  const last = result ? (JSON.parse(result) as { digest?: string; tag?: string }) : {};
  // Earlier versions told no tag.
  return last.tag === undefined || last.tag === tag ? last.digest : undefined;
}
