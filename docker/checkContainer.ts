import type { StageId } from "./labels";
import type { ContainerInputs } from "./container";
import { inspectContainers } from "./containers";
import type { Engine } from "./engine";
import { discard, runOnce, type Ending } from "./runToEnd";
import type { Say } from "./say";

/** A service of the profile `check` that a release must pass. */
export interface CheckRun {
  stage: StageId;
  /** The compose service. */
  check: string;
  /** Name of the release that is checked. */
  release: string;
  /** The check's container, as the Docker provider takes it. */
  container: ContainerInputs;
  /** By service: the container that its name is to mean to the check, or several with slashes between. */
  meant: Readonly<Record<string, string>>;
  /** How long, in seconds, it may take; 300 unless told. */
  within?: number;
}

/**
 * Runs a check against a release's new containers: to it the names of their services mean these containers, whatever
 * else goes by those names in the same networks.
 *
 * @throws Error with the check's last lines where it ends with another exit code than 0, or not in time
 */
export async function runCheck(engine: Engine, run: CheckRun, say: Say): Promise<void> {
  const { stage, check, release, within = 300 } = run;
  const name = `${stage.project}-${stage.stage}-check-${check}-${release}`;
  say(`checking ${release} with ${check}`);
  // A check is of this moment: what an interrupted update left of it says nothing.
  await discard(engine, name);
  const hosts = [...((run.container["hosts"] ?? []) as object[]), ...(await addresses(engine, run))];
  try {
    const ending = await runOnce(engine, { name, container: { ...run.container, hosts }, within }, say);
    if (ending.exitCode !== 0 || ending.late) {
      throw new Error(failure(run, within, ending));
    }
  } finally {
    await discard(engine, name);
  }
  say(`${check} ended with exit code 0`);
}

/** The address of each container on a network that the check is on as well; one that it cannot reach has none. */
async function addresses(engine: Engine, { container, meant }: CheckRun): Promise<{ host: string; ip: string }[]> {
  const own = new Set(((container["networksAdvanced"] ?? []) as { name: string }[]).map(({ name }) => name));
  const targets = Object.entries(meant).flatMap(([service, names]) =>
    names.split("/").map((name) => [service, name] as const),
  );
  const found = await inspectContainers(
    engine,
    targets.map(([, target]) => target),
  );
  return found.flatMap(({ NetworkSettings: { Networks: networks } }, index) => {
    const on = Object.entries(networks ?? {});
    const ip = on.find(([network, { IPAddress }]) => own.has(network) && IPAddress !== "")?.[1].IPAddress;
    return ip ? [{ host: targets[index]?.[0] ?? "", ip }] : [];
  });
}

function failure({ check, release }: CheckRun, within: number, { exitCode, late, last, starved }: Ending): string {
  const why = starved ? ", for want of memory (mem_limit)" : "";
  const how = late ? `did not end within ${within} s` : `ended with exit code ${exitCode}${why}`;
  const lines = last.length > 0 ? last.join("\n") : "It printed nothing.";
  return `The release ${release} does not pass the check ${check}, which ${how}; what it printed last:\n${lines}`;
}
