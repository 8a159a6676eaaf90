import type { DataService } from "./dataServices";
import type { Kind } from "./kinds/kind";
import { kindOf } from "./kinds/kinds";
import { postgresSize } from "./kinds/postgres";
import { encrypting } from "./encryption";
import type { Saved } from "./manifest";
import type { Engine } from "../docker/engine";
import { line, pipeFailures, piped } from "./shell";
import type { StageContainer } from "./containers";
import { onMachine, ScriptError } from "./onMachine";
import type { Store } from "./store";

/**
 * Saves the data of one service.
 *
 * @param id the backup that it becomes part of
 * @param recipients the public keys that it is encrypted for; none: it lies in clear
 * @throws Error with a sentence that says what went wrong
 */
export async function save(
  engine: Engine,
  store: Store,
  id: string,
  name: string,
  service: DataService,
  container: StageContainer,
  recipients: readonly string[],
): Promise<Saved> {
  const kind = kindOf(service);
  const isOpen = recipients.length === 0;
  const file = `${name}.${kind.extension}${isOpen ? "" : ".age"}`;
  const data = saving(kind, container);
  const script = piped(isOpen ? data : piped(data, encrypting(recipients)), store.keeping(id, file));
  const said = await onMachine(engine, script, environment(container)).catch(async (error: unknown) => {
    throw await explained(engine, store, name, container, error);
  });
  const [sha256 = "", bytes = ""] = said.trim().split(" ");
  return {
    ...service,
    file,
    image: container.image,
    volumes: container.volumes,
    holds: container.holds,
    bytes: Number(bytes),
    sha256,
    ...(isOpen ? {} : { age: [...recipients] }),
    at: new Date().toISOString(),
  };
}

/** The command that prints a container's data. */
function saving({ save }: Kind, container: StageContainer): string {
  if (save.way === "asked") {
    // Only the variable's name stands among the arguments: docker takes the value from its own environment.
    const password = redisPassword(container.command) === undefined ? [] : ["--env", "REDISCLI_AUTH"];
    return line("docker", "exec", ...password, container.id, "sh", "-c", save.script);
  }
  return `docker pause ${container.id} >/dev/null || exit 1
trap 'docker unpause ${container.id} >/dev/null' EXIT
trap 'exit 1' INT TERM HUP
${besides(container, save.script, "--volumes-from", `${container.id}:ro`)}`;
}

/** The command that runs a script in another container of the same image; its output is logged nowhere. */
export function besides({ imageId }: Pick<StageContainer, "imageId">, script: string, ...options: string[]): string {
  const run = ["run", "--interactive", "--rm", "--network", "none", "--log-driver", "none", "--user", "0"];
  return line("docker", ...run, ...options, "--entrypoint", "sh", imageId, "-c", script);
}

/** Environment variables for the scripts in a container, beside the container's own. */
export function environment({ command }: Pick<StageContainer, "command">): Record<string, string> {
  const password = redisPassword(command);
  return password === undefined ? {} : { REDISCLI_AUTH: password };
}

/** Redis' password where it is an argument of the server; then the container itself has it in no other place. */
export function redisPassword(command: readonly string[]): string | undefined {
  const at = command.indexOf("--requirepass");
  return at < 0 ? undefined : command[at + 1];
}

async function explained(
  engine: Engine,
  store: Store,
  name: string,
  container: StageContainer,
  error: unknown,
): Promise<Error> {
  const { code, message } = error instanceof ScriptError ? error : { code: 0, message: String(error) };
  if (code === pipeFailures.consumer) {
    const [free, taken] = await Promise.all([store.free().catch(() => undefined), sizeOf(engine, container)]);
    const room = free === undefined ? "" : ` ${megabytes(free)} are free where backups are kept`;
    const need = taken === undefined ? "" : `, and its databases take up ${megabytes(taken)} (a backup is smaller)`;
    return new Error(`The data of ${name} cannot be kept.${room}${need}: make room on the machine.\n${message}`);
  }
  return new Error(`The data of ${name} cannot be saved:\n${message}`);
}

async function sizeOf(engine: Engine, { id }: StageContainer): Promise<number | undefined> {
  const text = await onMachine(engine, line("docker", "exec", id, "sh", "-c", postgresSize)).catch(() => "");
  return /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

/** A size for people; `bytes` in bytes. */
export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
