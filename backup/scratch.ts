import type { DataService } from "./dataServices";
import { kindOf } from "./kinds/kinds";
import type { Manifest, Saved } from "./manifest";
import type { Identity } from "./age/keys";
import { keysFor, restoring } from "./encryption";
import { line } from "./shell";
import type { StageId } from "../docker/labels";
import { inspectContainers, removeContainer, startContainer } from "../docker/containers";
import type { Engine } from "../docker/engine";
import type { Say } from "../docker/say";
import { onMachine } from "./onMachine";
import { besides } from "./save";
import { momentary, type Store } from "./store";

/** How long, in milliseconds, an empty container may take until it accepts commands. */
const patience = 120_000;

/**
 * Restores one service of a backup into a container of its own: of the same image, without a network, with a volume
 * that goes with the container.
 *
 * @param identities the private keys at hand; needed where the backup is encrypted
 * @returns the container with the data; the caller removes it
 * @throws Error where the backup cannot be restored
 */
export async function restoreInto(
  engine: Engine,
  store: Store,
  stage: StageId,
  { id, services }: Manifest,
  name: string,
  say: Say,
  identities: readonly Identity[] = [],
): Promise<string> {
  const saved = services[name] as Saved;
  const kind = kindOf(saved as DataService);
  const container = momentary(stage, `${name}-scratch`);
  say(`restoring ${name} of ${id} into ${container}`);
  try {
    await engine.command([
      ...["create", "--name", container, "--network", "none", "--label", `slipway.project=${stage.project}`],
      ...["--label", `slipway.stage=${stage.stage}`, "--label", "slipway.role=scratch"],
      ...Object.entries(kind.scratch.env).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      // Volumes without a name in the places of the service's own: they go with the container.
      ...saved.volumes.flatMap((path) => ["--volume", path]),
      saved.image,
    ]);
    const reading = store.reading(id, saved.file);
    const keys = keysFor(saved, identities);
    if (kind.restore.way === "placed") {
      const [made] = await inspectContainers(engine, [container]);
      const imageId = made?.Image ?? "";
      const placing = besides({ imageId }, kind.restore.script, "--volumes-from", container);
      await onMachine(engine, restoring(reading, saved, placing), {}, keys);
    }
    await startContainer(engine, container);
    await ready(engine, container, kind.scratch.ready);
    if (kind.restore.way === "told") {
      const telling = line("docker", "exec", "--interactive", container, "sh", "-c", kind.restore.script);
      await onMachine(engine, restoring(reading, saved, telling), {}, keys);
      await ready(engine, container, kind.scratch.ready);
    }
    return container;
  } catch (error) {
    const log = await engine.command(["logs", "--tail", "10", container]).catch(() => "");
    await discard(engine, container);
    throw new Error(`The backup ${id} of ${name} cannot be restored: ${reason(error)}\n${log}`.trim(), {
      cause: error,
    });
  }
}

/** Removes a container of {@link restoreInto}, with its volume. */
export async function discard(engine: Engine, container: string): Promise<void> {
  await removeContainer(engine, container, { volumes: true }).catch(() => undefined);
}

async function ready(engine: Engine, container: string, script: string): Promise<void> {
  const until = Date.now() + patience;
  for (;;) {
    const answer = await onMachine(engine, line("docker", "exec", container, "sh", "-c", script)).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (answer === undefined) {
      return;
    }
    const running = (await inspectContainers(engine, [container]))[0]?.State.Running;
    if (!running || Date.now() > until) {
      throw new Error(running ? `it does not come up: ${reason(answer)}` : "its container ended.", { cause: answer });
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
