import * as pulumi from "@pulumi/pulumi";
import type { Step } from "../step";
import type { Machine } from "../../machine/machine";

/** The variable by which a step learns where it finds what `ssh` reads; unset: the stage is on this machine. */
export const reachedBy = "SLIPWAY_MACHINE";

/**
 * Tells every step of a stage which machine the stage is on. For a stage on this machine nothing changes, so that its steps stay as they
 * were declared before there were other machines.
 *
 * @param ready what tells which step makes the machine ready, once that one is declared: all others wait for it
 */
export function stepsOn(machine: Machine, ready: () => Step | undefined): pulumi.ResourceTransformation {
  return ({ type, props, opts }) => {
    if (machine.reachedBy === undefined || type !== "command:local:Command") return undefined;
    const first = ready();
    // Before a VM is ready there is no way to it.
    if (machine.vm && !first) return undefined;
    const { environment = {} } = props as { environment?: pulumi.Input<Record<string, pulumi.Input<string>>> };
    const told = pulumi.output(environment).apply((own) => ({ ...own, [reachedBy]: machine.reachedBy }));
    return {
      props: { ...props, environment: told },
      opts: first ? pulumi.mergeOptions(opts, { dependsOn: [first] }) : opts,
    };
  };
}
