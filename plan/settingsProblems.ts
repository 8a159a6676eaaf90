import { httpChecks } from "../edge/httpChecks";
import { problemsIn } from "../errors/several";
import { namedChecks } from "../jobs/checks";
import type { StageSettings } from "../settings/settings";
import { planTunnel } from "../tunnel/plan";
import type { Application } from "./application";

/**
 * What a stage's settings say of services that its application does not have, or not so, beside what is wrong with the
 * application itself.
 *
 * @returns a sentence for each
 */
export function settingsProblems(
  { checks, tunnel, edge }: Pick<StageSettings, "checks" | "tunnel" | "edge">,
  { config, listening }: Pick<Application, "config" | "listening">,
): string[] {
  const looks = [
    ...checks.map((check, index) => () => {
      // At its own place, as the sentences count.
      const alone = checks.map((one, at) => (at === index ? one : { run: "" }));
      httpChecks(alone, listening, edge.domain[0]);
      namedChecks([check], config.services);
    }),
    () => void (tunnel && planTunnel(tunnel, listening)),
  ];
  return looks.flatMap((look) => {
    try {
      look();
      return [];
    } catch (error) {
      return problemsIn(error).map(({ message }) => message);
    }
  });
}
