import { formatPath, problemAt, type Loaded, type Problem } from "../compose/index";

/** What makes a service the same in every stage. */
const made = ["image", "build", "platform"] as const;

/**
 * What an overlay must not say: it may change how a service runs, not which services there are or what they are made of.
 *
 * @param overlay its files
 * @param base the release's own files
 * @param merged both together; undefined where nothing can be made of them
 * @param found what is wrong with both together
 * @returns all of it; of a service that is not there, only that, as a misspelt one has no image either
 */
export function overlayProblems(
  overlay: readonly string[],
  base: Loaded,
  merged: Loaded | undefined,
  found: readonly Problem[],
): Problem[] {
  const services = base.config.services;
  const names = Object.keys(merged?.config.services ?? {});
  const unknown = names.filter((name) => !(name in services));
  const prefixes = unknown.map((name) => formatPath(["services", name]));
  const isOfUnknown = ({ key }: Problem): boolean =>
    prefixes.some((prefix) => key === prefix || key.startsWith(`${prefix}.`) || key.startsWith(`${prefix}[`));
  if (!merged) return [...found];
  const called = `The overlay ${overlay.join(", ")}`;
  const lacking = unknown.map((name) =>
    problemAt(
      merged,
      ["services", name],
      `${called} names the service ${name}, which the release lacks; it has ${Object.keys(services).join(", ")}: add the service to the release's compose file`,
    ),
  );
  const changed = names
    .filter((name) => name in services)
    .flatMap((name) =>
      made
        .filter((key) => JSON.stringify(services[name]?.[key]) !== JSON.stringify(merged.config.services[name]?.[key]))
        .map((key) =>
          problemAt(
            merged,
            ["services", name, key],
            `${called} changes ${key} of the service ${name}; every stage runs the same images: change it in the release's compose file`,
          ),
        ),
    );
  return [...found.filter((problem) => !isOfUnknown(problem)), ...lacking, ...changed];
}
