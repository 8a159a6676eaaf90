import type { DataService } from "./dataServices";
import { kindOf } from "./kinds/kinds";
import type { Manifest, Saved } from "./manifest";
import { line, piped } from "./shell";
import type { StageId } from "../docker/labels";
import { docker } from "../docker/command";
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
 * @returns the container with the data; the caller removes it
 * @throws Error where the backup cannot be restored
 */
export async function restoreInto(
  store: Store,
  stage: StageId,
  { id, services }: Manifest,
  name: string,
  say: Say,
): Promise<string> {
  const saved = services[name] as Saved;
  const kind = kindOf(saved as DataService);
  const container = momentary(stage, `${name}-scratch`);
  say(`restoring ${name} of ${id} into ${container}`);
  try {
    await docker([
      ...["create", "--name", container, "--network", "none", "--label", `slipway.project=${stage.project}`],
      ...["--label", `slipway.stage=${stage.stage}`, "--label", "slipway.role=scratch"],
      ...Object.entries(kind.scratch.env).flatMap(([key, value]) => ["--env", `${key}=${value}`]),
      // Volumes without a name in the places of the service's own: they go with the container.
      ...saved.volumes.flatMap((path) => ["--volume", path]),
      saved.image,
    ]);
    const reading = store.reading(id, saved.file);
    if (kind.restore.way === "placed") {
      const imageId = (await docker(["inspect", "--format", "{{.Image}}", container])).trim();
      await onMachine(piped(reading, besides({ imageId }, kind.restore.script, "--volumes-from", container)));
    }
    await docker(["start", container]);
    await ready(container, kind.scratch.ready);
    if (kind.restore.way === "told") {
      const telling = line("docker", "exec", "--interactive", container, "sh", "-c", kind.restore.script);
      await onMachine(piped(reading, telling));
      await ready(container, kind.scratch.ready);
    }
    return container;
  } catch (error) {
    const log = await docker(["logs", "--tail", "10", container]).catch(() => "");
    await discard(container);
    throw new Error(`The backup ${id} of ${name} cannot be restored: ${reason(error)}\n${log}`.trim(), {
      cause: error,
    });
  }
}

/** Removes a container of {@link restoreInto}, with its volume. */
export async function discard(container: string): Promise<void> {
  await docker(["rm", "--force", "--volumes", container]).catch(() => undefined);
}

async function ready(container: string, script: string): Promise<void> {
  const until = Date.now() + patience;
  for (;;) {
    const answer = await onMachine(line("docker", "exec", container, "sh", "-c", script)).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (answer === undefined) {
      return;
    }
    const running = (await docker(["inspect", "--format", "{{.State.Running}}", container])).trim() === "true";
    if (!running || Date.now() > until) {
      throw new Error(running ? `it does not come up: ${reason(answer)}` : "its container ended.", { cause: answer });
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
