import type { Say } from "../docker/say";

/**
 * Work that a command resource does on the machine.
 *
 * @param input what the resource passes on, as JSON
 * @param say shows a line of progress
 * @returns what the resource's output becomes, as JSON; no secret may be in it, because it is kept in the state
 */
export type Step<Input = never, Result = unknown> = (input: Input, say: Say) => Promise<Result>;
