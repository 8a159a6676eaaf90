import * as pulumi from "@pulumi/pulumi";
import { Step } from "../step";
import type { Machine } from "../../machine/machine";
import { nameOf } from "../../machine/ssh/host";

/**
 * Declares that a machine which is reached over SSH has Docker, and installs it where it has not. It is done once for a machine; where
 * Docker was found missing since, it is done again.
 *
 * @returns what everything on the machine waits for; undefined for this machine, whose owner looks after it
 */
export function readied(
  name: string,
  { ssh, lacksDocker }: Machine,
  opts: pulumi.CustomResourceOptions,
): Step | undefined {
  if (!ssh) return undefined;
  const input = { user: ssh.user, ...(lacksDocker ? { missing: new Date().toISOString() } : {}) };
  return new Step(
    name,
    { run: "engine", shows: { MACHINE: nameOf(ssh) }, input },
    { ...opts, ignoreChanges: lacksDocker ? [] : ["stdin"] },
  );
}
