import * as pulumi from "@pulumi/pulumi";
import { Step } from "../step";
import type { SshMachine } from "../../machine/ssh/host";
import type { PlannedVm } from "../../machine/vm/planned";
import { timeout } from "../../machine/vm/assess";
import type { Vm, VmComponent } from "../../machine/vm/vm";

/** How others reach a VM, once it is there; a secret. */
export function wayTo({ address, user, hostKey, privateKey, proxyCommand }: Vm): pulumi.Output<SshMachine> {
  return pulumi.all([address, hostKey, privateKey]).apply(([host, known, key]) => ({
    host,
    port: 22,
    user,
    hostKey: [known],
    key,
    ...(proxyCommand === undefined ? {} : { proxyCommand }),
  }));
}

/**
 * Waits until a VM has made itself ready, whenever it is another one or was stopped and started, and leaves what `ssh` reads to reach it.
 *
 * @param folder where to, relative to the project
 * @param declared the component, with everything that lets it be reached
 * @returns what everything on the VM waits for
 */
export function readiedVm(
  name: string,
  planned: PlannedVm,
  declared: VmComponent,
  folder: string,
  opts: pulumi.CustomResourceOptions,
): Step {
  return new Step(
    name,
    {
      run: "ready",
      shows: { MACHINE: planned.name },
      input: { name: planned.name, folder, way: wayTo(declared), made: declared.made, seconds: timeout },
      again: planned.again,
    },
    // Once it has been waited for, that it was is no change.
    { ...opts, dependsOn: [declared], ignoreChanges: planned.again === undefined ? ["triggers"] : [] },
  );
}
