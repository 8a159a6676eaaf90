import fc from "fast-check";
import { names, possible, type App, type Name, type Network, type Service } from "./app";

/** One thing that somebody changes about an application. */
export type Change =
  | { kind: "set"; name: Name; service: Service }
  | { kind: "edit"; which: number; edit: Partial<Service> }
  | { kind: "remove"; which: number }
  | { kind: "rename"; which: number; name: Name }
  | { kind: "swap"; which: number; other: number }
  | { kind: "network"; network: Network; version: number };

/** What befalls a run. */
export interface Fate {
  /** In which moment it is killed, if it comes so far; 0: never. */
  killAt: number;
  /** Which of the stage's steps fails; undefined: none. */
  failing?: "copy" | "mint" | "cutover" | "record";
}

/** A run of a history. */
export interface Episode {
  /** What changed before it; undefined: nothing did but that the application of an earlier run is back, so many runs ago. */
  changes: Change[] | { back: number };
  fate: Fate;
  /** Which container somebody took away by hand before it; undefined: nobody did. */
  lost: number | undefined;
}

const networks: readonly Network[] = ["back", "pool"];

const fields = {
  role: fc.constantFrom("plain", "http", "http", "data", "data", "raw", "fixed"),
  place: fc.nat(3),
  version: fc.integer({ min: 1, max: 3 }),
  env: fc.integer({ min: 1, max: 3 }),
  memory: fc.constantFrom(64, 128, 256),
  file: fc.integer({ min: 0, max: 2 }),
  checked: fc.boolean(),
  sick: fc.constant(false),
  needs: fc.subarray([...names], { maxLength: 2 }),
  networks: fc.subarray([...networks]),
} as const;

const service: fc.Arbitrary<Service> = fc.record(fields);

/** One or a few fields of a service; sick ones are as frequent as new versions. */
const edit: fc.Arbitrary<Partial<Service>> = fc.oneof(
  fc.record({ version: fields.version }),
  fc.record({ version: fields.version, sick: fc.boolean() }),
  fc.record({ env: fields.env }),
  fc.record({ memory: fields.memory }),
  fc.record({ file: fields.file }),
  fc.record({ role: fields.role, place: fields.place }),
  fc.record({ place: fields.place }),
  fc.record({ needs: fields.needs }),
  fc.record({ networks: fields.networks }),
);

const name = fc.constantFrom(...names);
/** One of the services that there are. */
const which = fc.nat(names.length - 1);

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("edit" as const), which, edit }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("set" as const), name, service }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), which }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("rename" as const), which, name }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("swap" as const), which, other: which }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("network" as const),
      network: fc.constantFrom(...networks),
      version: fc.integer({ min: 0, max: 2 }),
    }),
  },
);

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ killAt: 0 }) },
  { weight: 4, arbitrary: fc.record({ killAt: fc.integer({ min: 1, max: 70 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      killAt: fc.constant(0),
      failing: fc.constantFrom("copy" as const, "mint" as const, "cutover" as const, "record" as const),
    }),
  },
);

const episode: fc.Arbitrary<Episode> = fc.record({
  changes: fc.oneof<fc.MaybeWeightedArbitrary<Episode["changes"]>[]>(
    { weight: 5, arbitrary: fc.array(change, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.constant<Change[]>([]) },
    { weight: 1, arbitrary: fc.record({ back: fc.integer({ min: 1, max: 3 }) }) },
  ),
  fate,
  lost: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(20) }),
});

/** A history of a stage: an application to begin with, and what happens to it. */
export const history = fc.record({
  builds: fc.boolean(),
  first: fc
    .record({
      services: fc.dictionary(name, service, { minKeys: 2, maxKeys: 4 }) as fc.Arbitrary<App["services"]>,
      networks: fc.constant({ back: 0, pool: 0 }),
    })
    .map(possible),
  episodes: fc.array(episode, { minLength: 1, maxLength: 4 }),
});

/** The application after a change; one that would leave it without services changes nothing. */
export function changed(app: App, change: Change): App {
  return possible(afterwards(app, change));
}

function afterwards(app: App, change: Change): App {
  const { services } = app;
  const there = names.filter((name) => services[name]);
  const picked = (which: number): Name => there[which % there.length] ?? "a";
  switch (change.kind) {
    case "set":
      return { ...app, services: { ...services, [change.name]: change.service } };
    case "edit": {
      const name = picked(change.which);
      const known = services[name];
      return known ? { ...app, services: { ...services, [name]: { ...known, ...change.edit } } } : app;
    }
    case "remove": {
      const { [picked(change.which)]: _gone, ...left } = services;
      return Object.keys(left).length > 0 ? { ...app, services: left } : app;
    }
    case "rename": {
      const old = picked(change.which);
      const { [old]: moved, ...left } = services;
      return moved && !services[change.name] ? { ...app, services: { ...left, [change.name]: moved } } : app;
    }
    case "swap": {
      const [one, other] = [picked(change.which), picked(change.other)];
      const [mine, yours] = [services[one], services[other]];
      if (!mine || !yours || one === other) return app;
      const holding = ({ role, place }: Service) => ({ role, place });
      const swapped = { [one]: { ...mine, ...holding(yours) }, [other]: { ...yours, ...holding(mine) } };
      return { ...app, services: { ...services, ...swapped } };
    }
    case "network":
      return { ...app, networks: { ...app.networks, [change.network]: change.version } };
  }
}

/** The same application, well. */
export function cured(app: App): App {
  const well = Object.entries(app.services).map(([name, service]) => [name, { ...service, sick: false }]);
  return { ...app, services: Object.fromEntries(well) as App["services"] };
}
