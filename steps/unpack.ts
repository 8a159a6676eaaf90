import { Readable } from "node:stream";
import { posix } from "node:path";
import { hostOf, type RegistryPlan } from "../settings/registryPlan";
import { bundleFolder, completeName, layerOf } from "../release/bundles";
import type { ReleaseImage } from "../release/record";
import { inspectContainers } from "../docker/containers";
import type { Engine } from "../docker/engine";
import { withLogin } from "../registry/withLogin";
import { connect } from "../registry/connect";
import type { Say } from "../docker/say";

/** What bringing a bundle's content to its volume needs. */
export interface UnpackInput {
  registry: RegistryPlan;
  bundle: ReleaseImage;
  key: string;
  /** The volume's name. */
  volume: string;
  /** The container that is there for the volume, which it has at {@link bundleFolder}. */
  carrier: string;
}

/**
 * Brings a bundle's content onto its volume, unless all of it is there.
 *
 * The machine pulls it as an image, and the Engine copies what an image has at the place of an empty volume when it makes a container;
 * container and image are taken away again. Where that does not do it (the machine's Engine has no login of its own, or a copy broke off on
 * a full disk, so that the volume is not empty any more), it is sent from here, over all that is there.
 *
 * @throws Error where it cannot be brought
 */
export async function unpack(input: UnpackInput, say: Say, engine: Engine): Promise<{ key: string }> {
  const { registry: plan, bundle, key, carrier } = input;
  if (await isComplete(engine, carrier, key)) return { key };
  await pulled(engine, input, say).catch((error: Error) =>
    say(`the machine does not pull them by itself: ${error.message}`),
  );
  if (await isComplete(engine, carrier, key)) return { key };
  say("sending them to the machine");
  const registry = await connect(plan, say);
  const layer = registry.streamBlob(bundle.repository, await layerOf(registry, bundle.repository, bundle.digest));
  await engine.command(["cp", "-", `${carrier}:/`], { input: Readable.from(layer) });
  if (await isComplete(engine, carrier, key)) return { key };
  throw new Error(
    `The files of ${bundle.repository}@${bundle.digest} did not get onto their volume, though the Engine took them: look at the Engine's log, and whether its disk is full.`,
  );
}

async function pulled(engine: Engine, { registry, bundle, volume, carrier }: UnpackInput, say: Say): Promise<void> {
  const reference = `${registry.address}/${bundle.repository}@${bundle.digest}`;
  say(`pulling ${bundle.repository}@${bundle.digest.slice(0, 19)} from ${hostOf(registry.address)}`);
  await withLogin(engine, registry, (env) => engine.command(["pull", "--quiet", reference], { env }));
  try {
    const [itself] = await inspectContainers(engine, [carrier]);
    // With the labels of what it belongs to: should this be killed, the next update takes the container away.
    const labels = Object.entries(itself?.Config.Labels ?? {});
    const marks = labels.flatMap(([label, value]) => ["--label", `${label}=${value}`]);
    // The image has no program, and the Engine wants to be told one.
    const id = await engine.command(["create", ...marks, "--volume", `${volume}:${bundleFolder}`, reference, "none"]);
    await engine.command(["rm", "--force", id.trim()]);
  } finally {
    // Another stage on this machine may be about to use it; it stays then.
    await engine.command(["image", "rm", reference]).catch(() => undefined);
  }
}

/** What comes last tells that the rest is there. */
async function isComplete(engine: Engine, carrier: string, key: string): Promise<boolean> {
  return engine.command(["cp", `${carrier}:${posix.join(bundleFolder, completeName)}`, "-"]).then(
    (archive) => archive.includes(key),
    (error: Error) => {
      if (/no such file|could not find the file|no such container:path/i.test(error.message)) return false;
      throw error;
    },
  );
}
