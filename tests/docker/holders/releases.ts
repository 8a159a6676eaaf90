import fc from "fast-check";
import { claimsIn, type Release, type Service } from "./machine";

/** The services that releases draw from. */
export const names = ["a", "b", "c", "d"] as const;

const place = fc.option(fc.nat(2), { nil: undefined, freq: 3 });

/** No two services of a release hold one thing: what they share by intent is tried elsewhere. */
function possible(release: Release): Release {
  const taken = new Set<string>();
  const free = (kind: string, value: number | undefined): number | undefined => {
    if (value === undefined || taken.has(`${kind} ${value}`)) return undefined;
    taken.add(`${kind} ${value}`);
    return value;
  };
  const all = Object.entries(release).map(([name, { volume, port, address, edition }]): [string, Service] => [
    name,
    { volume: free("volume", volume), port: free("port", port), address: free("address", address), edition },
  ]);
  return Object.fromEntries(all.filter(([, service]) => claimsIn(service).length > 0));
}

/** Releases one after the other differ in names, moves, removals and swaps, as they come. */
export const release: fc.Arbitrary<Release> = fc
  .dictionary(
    fc.constantFrom(...names),
    fc.record({ volume: place, port: place, address: place, edition: fc.integer({ min: 1, max: 2 }) }),
    { minKeys: 1, maxKeys: 4 },
  )
  .map((drawn) => possible(drawn as Release));
