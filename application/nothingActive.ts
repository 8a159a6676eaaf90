import { problemAt, type Loaded, type Problem } from "../compose/index";

/** An application of which no service is active runs nothing: `docker compose up` ends with "no service selected". */
export function nothingActive(
  loaded: Pick<Loaded, "config" | "inactive" | "inactiveProfiles" | "filesRead" | "where" | "written">,
): Problem[] {
  const { config, inactive, inactiveProfiles: profiles, filesRead } = loaded;
  if (Object.keys(config.services).length > 0) return [];
  const reason =
    inactive.length === 0
      ? "names no service, so that nothing would run: write one with image or build"
      : `no service is active, as each has profiles that are not (${inactive.join(", ")}): name those that are to be active, as in slipway:env: { COMPOSE_PROFILES: ${profiles.join(",")} }, or take profiles away`;
  const problem = problemAt(loaded, ["services"], reason);
  return [loaded.where(["services"]) ? problem : { ...problem, file: filesRead[0]?.path ?? problem.file }];
}
