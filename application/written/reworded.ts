import type { ComposeConfig, Service } from "../../compose/index";

/** An application in which something that Compose has another way for is said in a stage's own terms. */
export interface Reworded {
  config: ComposeConfig;
  /** Sentences for a person: what was taken for what. */
  notices: string[];
}

/** Puts one key, as people write it, into the terms of a stage. */
export type Reword = (config: ComposeConfig) => Reworded;

/**
 * Rewords services one by one.
 *
 * @param reword gives the service anew with its notices; undefined: there is nothing to reword
 */
export function rewordServices(
  config: ComposeConfig,
  reword: (name: string, service: Service) => { service: Service; notices: string[] } | undefined,
): Reworded {
  const found = Object.entries(config.services).map(
    ([name, service]) => [name, service, reword(name, service)] as const,
  );
  if (found.every(([, , reworded]) => reworded === undefined)) return { config, notices: [] };
  const services = Object.fromEntries(found.map(([name, service, reworded]) => [name, reworded?.service ?? service]));
  return { config: { ...config, services }, notices: found.flatMap(([, , reworded]) => reworded?.notices ?? []) };
}
