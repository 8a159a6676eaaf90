import { ask } from "./ask";
import type { Engine } from "./engine";

/** A volume as the Engine lists it (GET /volumes), as far as it is read here. */
export interface ListedVolume {
  Name: string;
  Driver: string;
  Labels: Record<string, string> | null;
  /** What its driver was given. */
  Options: Record<string, string> | null;
}

/**
 * The Engine's volumes. (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Volume/operation/VolumeList)
 *
 * @throws Refused
 */
export async function listVolumes(engine: Engine): Promise<ListedVolume[]> {
  const body = await ask(engine, "GET", "/volumes", "list its volumes");
  return (JSON.parse(body) as { Volumes: ListedVolume[] | null }).Volumes ?? [];
}
