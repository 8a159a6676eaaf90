import { containersOf } from "../policies/container";
import type { Declared } from "../policies/declared";
import { isAllowed, pathsReached, reachOf, sentenceOf, type Reach } from "../policies/hostAccess";
import { hostFoldersForDataOnly } from "../policies/hostFoldersForDataOnly";
import { noDockerSocket } from "../policies/noDockerSocket";
import { noPrivilegedContainer } from "../policies/noPrivilegedContainer";
import type { StageFacts } from "../policies/stage";
import { info, warning, type Notice } from "./notices";

/**
 * What an application reaches of the machine beyond the usual, for the reader of a preview: whether or not the policy pack is given, which refuses
 * some of it, and whether or not the settings allow it.
 *
 * @param expected the application as resources (plan/expected.ts)
 */
export function reachedOf(expected: readonly Declared[], stage: StageFacts): Notice[] {
  const broken = expected.flatMap((resource) =>
    [hostFoldersForDataOnly, noDockerSocket, noPrivilegedContainer].flatMap((rule) =>
      rule.problems(resource, stage, {}),
    ),
  );
  const others = expected.flatMap(containersOf).flatMap((container) => {
    const all = [...reachOf(container), ...pathsReached(container, stage)];
    return [
      ...all.filter((reach) => isAllowed(reach, stage)).map((reach) => allowed(container.name, reach)),
      ...all
        .filter((reach) => reach.level === "told" && !isAllowed(reach, stage))
        .map((reach) => told(container.name, reach)),
    ];
  });
  return [...broken.map(warning), ...others.map(info)];
}

function allowed(name: string, { has, word }: Reach): string {
  return `${name} ${has}, as slipway:allow lets it (${word}).`;
}

function told(name: string, reach: Reach): string {
  return sentenceOf(name, reach);
}
