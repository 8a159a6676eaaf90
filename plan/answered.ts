import { sorted } from "../edge/answers";
import type { Application } from "./application";

/**
 * The ports that the edge holds because containers of a release before answered on them by HTTP: a new release is recorded
 * with them, since behind the edge they are published no more.
 *
 * @returns undefined where there are none
 */
export function answeredIn({ http }: Pick<Application, "http">): Record<string, number[]> | undefined {
  const kept = http.filter(({ by }) => by === "answer");
  return kept.length > 0 ? sorted(kept) : undefined;
}
