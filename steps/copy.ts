import { copyImage, type CopyProgress } from "../registry/client/copy";
import type { Registry } from "../registry/client/registry";
import { Sources } from "../registry/mirrors";
import { parsePlatform } from "../registry/client/platform";
import type { RegistryPlan } from "../settings/registryPlan";
import { parseReference } from "../registry/client/reference";
import type { ImageResult } from "./build";
import type { Engine } from "../docker/engine";
import { hasImage } from "../docker/images";
import { push } from "../release/push";
import { connect } from "../registry/connect";
import type { Say } from "../docker/say";

/** What copying a third-party image needs. */
export interface CopyInput {
  registry: RegistryPlan;
  repository: string;
  tag: string;
  /** The image as the compose file names it. */
  reference: string;
  platform: string;
  /** Where a registry's images are read from instead, by its name. */
  mirrors: Record<string, string>;
}

/**
 * Copies a third-party image into the stage's registry, its manifest as it is, so that nothing later depends on where it
 * came from. An image that only this machine's Docker Engine has, such as one built by hand, is pushed from there.
 *
 * @throws Error naming the image when it can be had nowhere, or not for the platform
 */
export async function copy(input: CopyInput, say: Say, engine: Engine): Promise<ImageResult> {
  const { reference, repository, tag, platform } = input;
  const registry = await connect(input.registry, say);
  const parsed = parseReference(reference);
  say(`copying ${reference} for ${platform}`);
  try {
    const { digest } = await copyImage({
      from: { reference: parsed, registry: new Sources(input.mirrors).of(parsed.registry) },
      to: { registry, repository, tag },
      platform: parsePlatform(platform),
      onProgress: progress(say),
    });
    say(`copied ${reference} as ${repository}@${digest}`);
    return { digest };
  } catch (error) {
    if (parsed.digest !== undefined || !(await hasImage(engine, reference))) {
      throw error;
    }
    say(`${String(error instanceof Error ? error.message : error)}; taking the image that the Docker Engine has`);
    return { digest: await pushFromEngine(engine, input, registry, say) };
  }
}

async function pushFromEngine(
  engine: Engine,
  { reference, repository, tag, platform, registry: plan }: CopyInput,
  registry: Registry,
  say: Say,
): Promise<string> {
  await engine.command(["tag", reference, `${plan.address}/${repository}:${tag}`]);
  const digest = await push(engine, { registry, plan, repository, tag, platform }, say);
  say(`pushed ${reference} as ${repository}@${digest}`);
  return digest;
}

/** Says what was copied a blob at a time: small ones come and go too quickly to be worth a line. */
export function progress(say: Say): (progress: CopyProgress) => void {
  const worthALine = 5 << 20;
  return ({ digest, size, state }) => {
    if (state === "copied" && size >= worthALine) {
      say(`copied ${digest.slice(7, 19)}, ${(size / (1 << 20)).toFixed(0)} MiB`);
    }
  };
}
