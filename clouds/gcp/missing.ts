import { quoted, Refusal } from "slipway/cloud";
import type { GceSettings } from "./settings";

/**
 * For the failure of a look at something in Google Cloud. Of a project or a zone that it does not know it says 404 just as well, so only
 * what names this very thing says that it is not there.
 *
 * @param kind how Google calls such things
 * @param name what it is called
 * @returns a handler of the failure: undefined where Google says that the thing does not exist
 * @throws Refusal where Google does not know the place in which it would be; otherwise the failure itself
 */
export function unlessMissing(
  kind: "disks" | "instances",
  name: string,
  { project, zone }: Pick<GceSettings, "project" | "zone">,
) {
  // By its path, or as the provider says it itself: Disk shop-staging-data.
  const named = new RegExp(`(/${kind}/|\\b${kind.slice(0, -1)} )${name}(?![a-z0-9-])`, "i");
  return (error: Error): undefined => {
    const { message } = error;
    if (!/not ?found|error 404/i.test(message)) throw error;
    if (named.test(message)) return undefined;
    const said = quoted(message);
    throw new Refusal(
      `Google Cloud does not know where ${name} would be: check slipway:machine.project, ${project}, and slipway:machine.zone, ${zone} (it says: ${said}).`,
    );
  };
}
