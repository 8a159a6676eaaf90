import { formatPath, formatProblem, type Loaded, type Position } from "../compose/index";
import { PlacedError } from "../errors/placed";
import type { Application } from "./application";

/** Where the services, volumes and networks of an application are written, by their key in the files. */
export function placesOf({ config, where }: Loaded): Record<string, Position> {
  const keys = (["services", "volumes", "networks"] as const).flatMap((section) =>
    Object.keys(config[section] ?? {}).map((key) => [section, key]),
  );
  return Object.fromEntries(
    keys.flatMap((path) => {
      const at = where(path);
      return at ? [[formatPath(path), at] as const] : [];
    }),
  );
}

/** The sentence of an error, behind the place of what it is about where that has one. */
export function placed(error: Error, { places }: Pick<Application, "places">): string {
  if (!(error instanceof PlacedError)) return error.message;
  const key = formatPath(error.path);
  const at = places[key];
  return at ? formatProblem({ ...at, key, reason: error.message }) : error.message;
}
