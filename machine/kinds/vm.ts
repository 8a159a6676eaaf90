import type { StageId } from "../../docker/labels";
import { Refusal } from "../../errors/refusal";
import { alias, folderOfStage } from "../ssh/files";
import type { SshMachine } from "../ssh/host";
import { inspectOverSsh, nothingOn } from "./ssh";
import type { Machine } from "../machine";
import type { VmSettings } from "../../settings/machine";
import { vmsOf } from "../vm/cloud";
import { platformOf } from "../../settings/platform";
import { judge, type Sight } from "../vm/assess";
import { stackOf, toldBy } from "../stackOutputs";

/**
 * Finds the VM that a stage declares: by what the stage told when it was last updated. One that is not there yet, or does not answer, is
 * as empty as its size says.
 *
 * @param project the project's folder, absolute
 * @param registry the port of its loopback address where its registry is to be found, where it has one
 * @throws Error where its cloud cannot be asked, or the VM is stopped
 */
export async function reachVm(
  settings: VmSettings,
  stage: StageId,
  project: string,
  registry?: number,
): Promise<Machine> {
  const cloud = vmsOf(settings);
  const told = await toldBy(stackOf(stage));
  const called = cloud.called(stage);
  const name = `the VM ${called}`;
  const [found, looked] = await Promise.all([
    settings.disk.existing === undefined ? cloud.findDisk(settings, stage) : undefined,
    told.machine ? look(told.machine, stage, project, registry) : undefined,
  ]);
  const sight: Sight =
    looked === undefined
      ? { kind: "unmade" }
      : "said" in looked
        ? { kind: "silent", said: looked.said, status: await cloud.status(settings, stage) }
        : { kind: "answers", lacksDocker: looked.lacksDocker ?? false };
  const { gone, again, warning, refusal } = judge(
    `The VM ${called}`,
    { start: cloud.start(settings, stage), gone: cloud.gone(stage) },
    sight,
  );
  if (refusal !== undefined) throw new Refusal(refusal);
  const now = new Date().toISOString();
  const facts = looked && !("said" in looked) ? looked : await nothingOn(platformOf(settings));
  return {
    holds: () => Promise.resolve(false),
    ...facts,
    ...way(stage),
    name,
    // Its own start-up installs Docker, and only its outputs tell how others reach it.
    lacksDocker: false,
    ssh: undefined,
    ...(warning === undefined ? {} : { notices: [warning] }),
    vm: {
      settings,
      name,
      registry: cloud.registry,
      answers: sight.kind === "answers",
      ...(again ? { again: now } : {}),
      ...(found ? { found } : {}),
      ...(gone ? { gone: now } : {}),
    },
  };
}

async function look(
  machine: SshMachine,
  stage: StageId,
  project: string,
  registry: number | undefined,
): Promise<Machine | { said: string }> {
  try {
    return await inspectOverSsh(machine, project, registry, folderOfStage(stage));
  } catch (error) {
    const { cause, message } = error as Error;
    // What `ssh` said, where it was ssh; the rest is a sentence already.
    const said = typeof cause === "string" ? (cause.trim().split("\n").at(-1) ?? "") : message;
    return { said: said.trim().replace(/\.$/, "") };
  }
}

/** How the VM is reached once it is there. */
function way(stage: StageId): Pick<Machine, "host" | "sshOpts" | "reachedBy"> {
  const folder = folderOfStage(stage);
  return { host: `ssh://${alias}`, sshOpts: ["-F", `${folder}/config`], reachedBy: folder };
}
