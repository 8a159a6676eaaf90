import type { StageId } from "../../docker/labels";
import { Refusal } from "../../errors/refusal";
import type { VmSettings } from "../../settings/vm";
import { nothingOn, type FoundMachine, type Machine } from "../machine";
import { alias, folderOfStage } from "../ssh/files";
import type { SshMachine } from "../ssh/host";
import { stackOf, toldBy } from "../stackOutputs";
import { judge, type Sight } from "../vm/assess";
import { vmsIn } from "../vm/cloud";
import type { From, MachineKind } from "./kind";
import { inspectOverSsh } from "./ssh";

/** What is to be known of a cloud before its package is asked. */
export interface CloudOfVms<Settings> {
  /** The cloud's package, whose module `vms` says the rest. */
  cloud: string;
  /** The platform of a VM that has yet to be made, as Docker writes it. */
  platform(settings: Settings): string;
}

/** A VM that the stage itself declares, in a cloud. */
export function vmIn<Settings extends VmSettings>(cloud: CloudOfVms<Settings>): MachineKind<Settings> {
  return {
    reach: (settings, from) => reachVm(cloud, settings, from),
    async folder(_settings, { stage, id, byOutputs }) {
      return byOutputs(stage, folderOfStage(await id()));
    },
  };
}

/**
 * Finds the VM that a stage declares: by what the stage told when it was last updated. One that is not there yet, or does not answer, is
 * as empty as its size says.
 *
 * @throws Error where its cloud cannot be asked, or the VM is stopped
 */
async function reachVm<Settings extends VmSettings>(
  { cloud: packageName, platform }: CloudOfVms<Settings>,
  settings: Settings,
  { stage, directory, registry }: From,
): Promise<FoundMachine> {
  const cloud = vmsIn(packageName);
  const told = await toldBy(stackOf(stage));
  const called = cloud.called(stage);
  const name = `the VM ${called}`;
  const [found, looked] = await Promise.all([
    settings.disk.existing === undefined ? cloud.findDisk(settings, stage) : undefined,
    told.machine ? look(told.machine, stage, directory, registry) : undefined,
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
  const facts = looked && !("said" in looked) ? looked : nothingOn(platform(settings));
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
      cloud: packageName,
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
  directory: string,
  registry: number | undefined,
): Promise<FoundMachine | { said: string }> {
  try {
    return await inspectOverSsh(machine, directory, registry, folderOfStage(stage));
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
