import { randomBytes } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { ask } from "./ask";
import { createContainer, removeContainer } from "./containers";
import type { Engine } from "./engine";
import type { Label } from "./labels";

/** A volume that is to be sealed. */
export interface Unsealed {
  /** Its name. */
  volume: string;
  /** Where containers have it, absolute. */
  folder: string;
  /** An image that is on the machine; none of its programs is run. */
  image: string;
  /** The labels of what the volume is for: should this be killed, the next update takes the container away by them. */
  labels: readonly Label[];
}

/**
 * Lets nobody but root enter a volume, on the machine's disk and where it is mounted as a whole. What is bound into a container from
 * below it stays as readable there as its own mode says, since only the way to it is closed.
 *
 * The Engine gives files to a volume through a container, so one is made for it that never runs.
 *
 * @throws Refused where the Engine does not do it
 */
export async function sealVolume(engine: Engine, { volume, folder, image, labels }: Unsealed): Promise<void> {
  const { pack } = await import("tar-stream");
  const archive = pack();
  archive.entry({ name: folder.slice(1), type: "directory", mode: 0o700, uid: 0, gid: 0 });
  archive.finalize();
  const content = (await buffer(archive)).toString("latin1");
  const name = `${volume}-seal-${randomBytes(4).toString("hex")}`;
  await createContainer(engine, {
    name,
    Image: image,
    // The image may have no program, and the Engine wants to be told one.
    Cmd: ["none"],
    Labels: Object.fromEntries(labels.map(({ label, value }) => [label, value])),
    HostConfig: { Binds: [`${volume}:${folder}`] },
  });
  try {
    const path = `/containers/${name}/archive?path=/`;
    await ask(engine, "PUT", path, `close the volume ${volume}`, {
      content,
      headers: { "content-type": "application/x-tar" },
    });
  } finally {
    await removeContainer(engine, name);
  }
}
