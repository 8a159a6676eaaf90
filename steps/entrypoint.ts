import type { Engine } from "../docker/engine";
import type { Say } from "../docker/say";

/** An image that is on the machine. */
export interface EntrypointInput {
  image: string;
}

/** An image's entrypoint, as the Engine has it; empty without one. */
export async function entrypoint({ image }: EntrypointInput, _say: Say, engine: Engine): Promise<string[]> {
  const told = await engine.command(["image", "inspect", "--format", "{{json .Config.Entrypoint}}", image]);
  return (JSON.parse(told) as string[] | null) ?? [];
}
