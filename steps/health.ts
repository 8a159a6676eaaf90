import { docker } from "./docker";
import type { Say } from "./step";

/** A container whose health is a condition. */
export interface Verified {
  service: string;
  /** Its name or id. */
  container: string;
}

interface State {
  Status: string;
  Running: boolean;
  Restarting: boolean;
  ExitCode: number;
  StartedAt: string;
  Health?: { Status: string };
}

/** How long, in milliseconds, a container without a health check must have run to count as well. */
const settling = 3000;

/** How long, in milliseconds, a container that is still starting is waited for. */
const patience = 60_000;

/**
 * Makes sure that containers run and, where they have a health check, that it passes.
 *
 * @throws Error naming the first that is not well, with its last log lines
 */
export async function verify(containers: Verified[], say: Say): Promise<void> {
  await Promise.all(containers.map(verifyOne));
  say(`${containers.length} containers are well`);
}

async function verifyOne({ service, container }: Verified): Promise<void> {
  const until = Date.now() + patience;
  for (;;) {
    const { state, restarts } = await inspect(container);
    const trouble = troubleOf(state, restarts);
    if (trouble || Date.now() > until) {
      const log = await docker(["logs", "--tail", "20", container]).catch(() => "");
      throw new Error(`The service ${service} is not well: ${trouble ?? "it does not become healthy"}.\n${log}`.trim());
    }
    if (isWell(state)) {
      return;
    }
    await new Promise((done) => setTimeout(done, 250));
  }
}

function troubleOf(state: State, restarts: number): string | undefined {
  if (state.Restarting || (restarts > 0 && !state.Health)) {
    return `its container keeps ending (exit code ${state.ExitCode})`;
  }
  if (!state.Running) {
    return `its container is ${state.Status} (exit code ${state.ExitCode})`;
  }
  return state.Health?.Status === "unhealthy" ? "its health check fails" : undefined;
}

function isWell(state: State): boolean {
  return state.Health ? state.Health.Status === "healthy" : Date.now() - Date.parse(state.StartedAt) >= settling;
}

async function inspect(container: string): Promise<{ state: State; restarts: number }> {
  const text = await docker([
    "inspect",
    "--format",
    '{"state":{{json .State}},"restarts":{{.RestartCount}}}',
    container,
  ]);
  return JSON.parse(text) as { state: State; restarts: number };
}
