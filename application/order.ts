/** A service, as far as the order of an update depends on it. */
export interface Ordered {
  /** The services that it waits for, by the compose file. */
  dependsOn: readonly string[];
  /** Whether it is replaced stop-first. */
  stopFirst: boolean;
  /** Whether it is a job, which runs to its end. */
  job?: boolean;
}

/** A dependency cycle; the message names its services. */
export class CycleError extends Error {}

/**
 * The services and jobs that each one waits for in an update. Phases are added to the dependencies of the compose file:
 * first the services that are replaced stop-first, then the jobs, one after the other, then all the rest. A service
 * that one of an earlier phase depends on belongs to that phase as well.
 *
 * @param services by name
 * @returns by name, the names that each waits for; every entry stands behind the entries that it waits for
 * @throws CycleError where services wait for each other
 */
export function updateOrder(services: Readonly<Record<string, Ordered>>): Map<string, string[]> {
  const needs = closure(services);
  const names = Object.keys(services).sort();
  const withNeeds = (phase: string[]): Set<string> =>
    new Set(phase.flatMap((name) => [name, ...(needs.get(name) ?? [])]));
  const stopFirst = names.filter((name) => services[name]?.stopFirst);
  const jobs = names.filter((name) => services[name]?.job);
  const early = withNeeds(stopFirst);
  const middle = withNeeds(jobs);
  const phasesBefore = (name: string): string[] =>
    early.has(name) ? [] : middle.has(name) ? stopFirst : [...stopFirst, ...jobs];
  const ordered = new Map<string, string[]>();
  const place = (name: string): void => {
    if (ordered.has(name)) {
      return;
    }
    const before = [...new Set([...(services[name]?.dependsOn ?? []), ...phasesBefore(name)])].sort();
    before.forEach(place);
    const lastJob = services[name]?.job ? [...ordered.keys()].findLast((other) => services[other]?.job) : undefined;
    ordered.set(name, lastJob && !before.includes(lastJob) ? [...before, lastJob].sort() : before);
  };
  names.forEach(place);
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
