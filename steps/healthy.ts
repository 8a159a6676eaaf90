import type { Engine } from "../docker/engine";
import { becomeReady, states, type Verified } from "../docker/health";
import type { Say } from "../docker/say";

/** What waiting for a service's health needs. */
export interface HealthyInput extends Verified {
  /** The services that wait for it, for a sentence. */
  waiting: string[];
}

/**
 * Waits until a container is healthy by its image's own health check, because other services of the same update say that they wait for
 * that (`depends_on: service_healthy`).
 *
 * @throws Error where its image has no health check, or it does not pass
 */
export async function healthy(
  { waiting, ...one }: HealthyInput,
  say: Say,
  engine: Engine,
): Promise<{ container: string }> {
  const [seen] = await states(engine, [one.container]);
  if (seen?.state.Running && !seen.state.Health) {
    throw new Error(
      `${waiting.join(" and ")} ${waiting.length > 1 ? "wait" : "waits"} for ${one.service} to be healthy, and neither the compose file nor the image of ${one.service} has a health check: give it one (healthcheck.test), or write condition: service_started.`,
    );
  }
  await becomeReady(engine, [one], say);
  return { container: one.container };
}
