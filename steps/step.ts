import type { Engine } from "../docker/engine";
import type { Say } from "../docker/say";

/**
 * Work that a command resource does on the machine.
 *
 * @param input what the resource passes on, as JSON
 * @param say shows a line of progress
 * @param engine the one of the stage's machine
 * @param folder where what `ssh` reads to reach that machine is, relative to the project; undefined: it is this machine
 * @returns what the resource's output becomes, as JSON; no secret may be in it, because it is kept in the state
 */
export type Step<Input = never, Result = unknown> = (
  input: Input,
  say: Say,
  engine: Engine,
  folder?: string,
) => Promise<Result>;
