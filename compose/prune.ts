import type { ComposeConfig, Service } from "./model";
import { remove } from "./tree";

/** Leaves only those networks, volumes, secrets and configs that an active service uses, in place. */
export function prune(config: ComposeConfig): void {
  const services = Object.values(config.services);
  keep(
    config,
    "networks",
    services.flatMap(({ networks }) => Object.keys(networks ?? {})),
  );
  keep(config, "volumes", services.flatMap(volumesOf));
  keep(config, "secrets", services.flatMap(secretsOf));
  keep(
    config,
    "configs",
    services.flatMap(({ configs }) => sources(configs)),
  );
  delete config.models;
}

function keep(config: ComposeConfig, kind: "networks" | "volumes" | "secrets" | "configs", used: string[]): void {
  const all: Record<string, unknown> = config[kind] ?? {};
  const names = new Set(used);
  for (const name of Object.keys(all)) if (!names.has(name)) remove(all, name);
  if (Object.keys(all).length === 0) remove(config, kind);
}

function volumesOf({ volumes }: Service): string[] {
  return sources(volumes?.filter(({ type }) => type === "volume"));
}

function secretsOf({ secrets, build }: Service): string[] {
  return [...sources(secrets), ...sources(build?.secrets)];
}

function sources(list: { source?: string }[] = []): string[] {
  return list.flatMap(({ source }) => source ?? []);
}
