/** What the order of an update depends on, of one service. */
export interface Ordered {
  /** The services that it waits for, by the compose file. */
  dependsOn: readonly string[];
  /** Whether it is replaced stop-first. */
  stopFirst: boolean;
}

/** A dependency cycle; the message names the services of it. */
export class CycleError extends Error {}

/**
 * Which services each service waits for in an update. To what the compose file says this adds the phases: every service
 * that is replaced stop-first goes before every one that is not, but for those that some stop-first service
 * needs itself.
 *
 * @param services by name
 * @returns the names that each waits for; services come in an order in which each stands behind what it waits for
 * @throws CycleError where services wait for each other
 */
export function updateOrder(services: Readonly<Record<string, Ordered>>): Map<string, string[]> {
  const needs = closure(services);
  const stopFirst = Object.keys(services).filter((name) => services[name]?.stopFirst);
  const early = new Set(stopFirst.flatMap((name) => [name, ...(needs.get(name) ?? [])]));
  const ordered = new Map<string, string[]>();
  const place = (name: string): void => {
    if (ordered.has(name)) {
      return;
    }
    const own = services[name]?.dependsOn ?? [];
    const phase = early.has(name) ? [] : stopFirst;
    const before = [...new Set([...own, ...phase])].sort();
    before.forEach(place);
    ordered.set(name, before);
  };
  Object.keys(services).sort().forEach(place);
  return ordered;
}

/** Everything that each service needs, directly or through others. */
function closure(services: Readonly<Record<string, Ordered>>): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  const visit = (name: string, path: string[]): Set<string> => {
    if (path.includes(name)) {
      throw new CycleError(
        `Services wait for each other: ${[...path.slice(path.indexOf(name)), name].join(" → ")}; take one of these depends_on away.`,
      );
    }
    const known = needs.get(name);
    if (known) {
      return known;
    }
    const all = new Set<string>();
    for (const other of services[name]?.dependsOn ?? []) {
      all.add(other);
      visit(other, [...path, name]).forEach((further) => all.add(further));
    }
    needs.set(name, all);
    return all;
  };
  Object.keys(services).forEach((name) => visit(name, []));
  return needs;
}
