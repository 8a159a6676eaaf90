import * as pulumi from "@pulumi/pulumi";
import type { StageId } from "../../docker/labels";
import { Refusal } from "../../errors/refusal";
import { alias, folderOfStage } from "../ssh/files";
import type { SshMachine } from "../ssh/host";
import { inspectOverSsh, nothingOn } from "./ssh";
import type { Machine } from "../machine";
import { cloudFor, type VmSettings } from "../vm/cloud";
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
  const [cloud, told] = await Promise.all([cloudFor(settings, stage), toldBy(stackOf(stage))]);
  const name = `the VM ${cloud.called}`;
  const [found, looked] = await Promise.all([
    settings.disk.existing === undefined ? cloud.findDisk() : undefined,
    told.machine ? look(told.machine, stage, project, registry) : undefined,
  ]);
  const sight: Sight =
    looked === undefined
      ? { kind: "unmade" }
      : "said" in looked
        ? { kind: "silent", said: looked.said, status: await cloud.status() }
        : { kind: "answers", lacksDocker: looked.lacksDocker ?? false };
  const { gone, again, warning, refusal } = judge(`The VM ${cloud.called}`, cloud, sight);
  if (refusal !== undefined) throw new Refusal(refusal);
  if (warning !== undefined) void pulumi.log.warn(warning);
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
    vm: {
      name,
      registry: cloud.registry,
      answers: sight.kind === "answers",
      ...(again ? { again: now } : {}),
      declare: (called, ports, opts) => cloud.declare(called, { ports, found, ...(gone ? { gone: now } : {}) }, opts),
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
