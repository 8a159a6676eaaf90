import type { Engine } from "../../docker/engine";
import type { StageId } from "../../docker/labels";
import type { Say } from "../../docker/say";
import type { Registry } from "../../registry/client/registry";
import type { ReleaseImage, ReleaseRecord } from "../record";
import { ownVersion } from "../version";
import { putAttestations, signStatement } from "./attestations";
import { attestationTag } from "./beside";
import { provenanceOf, type Making, type Statement } from "./provenance";
import { hasGenerator, sbomOf } from "./sbom";

/** Who attests, and with what. */
export interface Attesting {
  id: StageId;
  /** A person, as git knows them. */
  by: string;
  /** The stage's private key, in PEM. */
  key: string;
  /** That built the images. */
  engine: Pick<Engine, "command">;
}

/**
 * Puts beside each image of a release what it was made from, by whom, when and with which builder; and where the generator is there, what it holds. No
 * image's digest depends on it. A list that cannot be made is told and is no failure.
 */
export async function attest(
  registry: Registry,
  release: ReleaseRecord,
  { id, by, key, engine }: Attesting,
  say: Say,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const missing = await unattested(registry, release);
  if (missing.length === 0) return;
  const said = await engine.command(["version", "--format", "{{.Server.Version}}"]).catch(() => undefined);
  const at = new Date().toISOString();
  const making: Making = { ...id, by, version: ownVersion(), engine: said?.trim(), at };
  const lists = await hasGenerator(environment);
  if (!lists) say("no list of what images hold (SBOM) was put beside them: syft is not on PATH (docs/security.md)");
  for (const { image, services } of missing) {
    const list = lists ? await listed(registry, image, environment, say) : [];
    const statements: Statement[] = [provenanceOf(image, services, release, making), ...list];
    const signed = statements.map((statement) => ({
      envelope: signStatement(statement, key),
      predicateType: statement.predicateType,
    }));
    await putAttestations(registry, image.repository, image.digest, signed);
  }
}

/** The images beside which nothing lies yet, with the services that run each. */
async function unattested(
  registry: Registry,
  release: ReleaseRecord,
): Promise<{ image: ReleaseImage; services: string[] }[]> {
  const images = new Map<string, { image: ReleaseImage; services: string[] }>();
  for (const [service, image] of Object.entries(release.images)) {
    const place = `${image.repository}@${image.digest}`;
    images.set(place, { image, services: [...(images.get(place)?.services ?? []), service] });
  }
  const missing: { image: ReleaseImage; services: string[] }[] = [];
  for (const one of images.values()) {
    const { repository, digest } = one.image;
    if (!(await registry.headManifest(repository, attestationTag(digest)))) missing.push(one);
  }
  return missing;
}

async function listed(
  registry: Registry,
  image: ReleaseImage,
  environment: NodeJS.ProcessEnv,
  say: Say,
): Promise<Statement[]> {
  try {
    return [await sbomOf(registry, image, environment)];
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    say(`no list of what ${image.repository} holds (SBOM) was put beside it: ${reason}`);
    return [];
  }
}
