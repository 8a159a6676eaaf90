import type { Network } from "../../compose/index";
import type { StageId } from "../labels";
import { overlap, subnetsOf, type ExistingNetwork } from "../ranges";
import { calledPart, type Holder } from "./holder";

/** An address range that goes from one network to another within an update. */
export interface RangeHandover {
  /** The networks, by their keys in the compose files. */
  from: string;
  to: string;
  /** The range of the network that has it now. */
  range: string;
  /** The running containers on that network, in words for people. */
  cutOff: string[];
}

/**
 * The address ranges that change their network. No two networks of an Engine can have one range, so the old network is
 * removed before the new one is made (docker/orphans/orphans.ts).
 *
 * @param networks those of the release to come, by their key
 * @param found the Engine's
 * @param holders the stage's containers
 */
export function rangeHandovers(
  { project, stage }: StageId,
  networks: Readonly<Record<string, Network>>,
  found: readonly ExistingNetwork[],
  holders: readonly Holder[],
): RangeHandover[] {
  const prefix = `${project}-${stage}-`;
  return Object.entries(networks).flatMap(([to, network]) =>
    found.flatMap(({ Labels: labels, IPAM: ipam, Containers: on }) => {
      const own = labels?.["slipway.project"] === project && labels["slipway.stage"] === stage;
      const called = labels?.["slipway.network"];
      if (!own || called === undefined || called === `${prefix}${to}`) return [];
      const cutOff = holders.filter(({ id, isRunning }) => isRunning && id in (on ?? {}));
      const names = [...new Set(cutOff.map(({ part }) => calledPart(part)))];
      return (ipam.Config ?? [])
        .flatMap(({ Subnet: range }) => range ?? [])
        .filter((range) => subnetsOf(network).some((wanted) => overlap(wanted, range)))
        .map((range) => ({ from: called.slice(prefix.length), to, range, cutOff: names }));
    }),
  );
}

/** A handover as a preview shows it. */
export function toldOfRange({ from, to, range, cutOff }: RangeHandover): string {
  const [last, ...others] = [...cutOff].reverse();
  const names = others.length > 0 ? `${others.reverse().join(", ")} and ${last}` : last;
  const what =
    names === undefined
      ? ""
      : `, so nothing reaches ${names} through ${from} from then on, and an update that fails later does not bring it back`;
  return `The address range ${range} goes from the network ${from} to ${to}: ${from} is taken away before ${to} is made${what}.`;
}
