import type { Registry } from "../registry/client/registry";
import { dropIndex, singleOut } from "../registry/pushed";
import type { RegistryPlan } from "../settings/registryPlan";
import { docker, type DockerOptions } from "../docker/command";
import { withLogin } from "../registry/withLogin";
import type { Say } from "../docker/say";

/** An image to push, and its target. */
export interface Pushed {
  registry: Registry;
  plan: RegistryPlan;
  repository: string;
  /** The Engine has the image as `address/repository:tag`. */
  tag: string;
  platform: string;
}

/**
 * Pushes an image from the Docker Engine, and makes its tag lead to the platform's own manifest, even where the Engine
 * pushes an index.
 *
 * @returns the digest of that manifest
 * @throws Error with the last lines of the push when it fails
 */
export async function push({ registry, plan, repository, tag, platform }: Pushed, say: Say): Promise<string> {
  const reference = `${plan.address}/${repository}:${tag}`;
  say(`pushing ${repository}:${tag}`);
  await withLogin(plan, (env) => pushWhole(reference, platform, env, () => registry.headManifest(repository, tag)));
  const { digest, index } = await singleOut(registry, repository, tag, platform);
  if (index !== undefined) await dropIndex(registry, repository, index);
  return digest;
}

/**
 * Pushes an image of which the Engine may have only a part: it was pulled for several platforms, and has the layers of
 * one. Unless the platform is named, some Engines then push that one without the tag, and some nothing; older Engines
 * do not know the option.
 */
async function pushWhole(
  reference: string,
  platform: string,
  env: DockerOptions["env"],
  isThere: () => Promise<unknown>,
): Promise<void> {
  const push = (...flags: string[]): Promise<unknown> =>
    docker(["push", ...flags, reference], { env }).then(
      () => undefined,
      (error: unknown) => error,
    );
  const failed = await push();
  if (!failed && (await isThere())) return;
  if ((await push("--platform", platform)) === undefined && (await isThere())) return;
  throw (
    failed ??
    new Error(`${reference} was pushed, but the registry does not have it by that tag: look at the registry's log.`)
  );
}
