import type { ComposeConfig, Service } from "../../compose/index";

/** What cannot be put into other words: its place in the compose file, and what would be right. */
export interface Problem {
  path: (string | number)[];
  reason: string;
}

/** An application in which something that Compose has another way for is said in a stage's own terms. */
export interface Reworded {
  config: ComposeConfig;
  /** Sentences for a person: what was taken for what. */
  notices: string[];
  problems?: Problem[];
}

/** Puts one key, as people write it, into the terms of a stage. */
export type Reword = (config: ComposeConfig) => Reworded;

/** One rewording after the other. */
export function inTurn(all: readonly Reword[], config: ComposeConfig): Required<Reworded> {
  return all.reduce<Required<Reworded>>(
    (before, reword) => {
      const { config: now, notices, problems = [] } = reword(before.config);
      return {
        config: now,
        notices: [...before.notices, ...notices],
        problems: [...before.problems, ...problems],
      };
    },
    { config, notices: [], problems: [] },
  );
}

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
