import type { Engine } from "../docker/engine";
import type { Say } from "../docker/say";

/** An image that is on the machine. */
export interface EntrypointInput {
  image: string;
}

/** What an image runs before its command, as the Engine has it; nothing where it has no entrypoint. */
export async function entrypoint({ image }: EntrypointInput, _say: Say, engine: Engine): Promise<string[]> {
  const told = await engine.command(["image", "inspect", "--format", "{{json .Config.Entrypoint}}", image]);
  return (JSON.parse(told) as string[] | null) ?? [];
}
