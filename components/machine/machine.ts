import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Application } from "../../plan/application";
import type { Readers } from "../../registry/cloud";
import { vmsIn } from "../../machine/vm/cloud";
import type { StageId } from "../../docker/labels";
import type { Step } from "../step";
import { openRoutes } from "../../plan/conflicts";
import type { Machine } from "../../machine/machine";
import { dockerProvider } from "./provider";
import { readied } from "./engine";
import type { SshMachine } from "../../machine/ssh/host";
import type { PlannedVm } from "../../machine/vm/planned";
import { readiedVm, wayTo } from "./vmReady";

/** A stage's machine, as what else the stage declares knows it. */
export interface DeclaredMachine {
  /** What has to be done before anything can be done on it; undefined for this machine, whose owner looks after it. */
  ready?: Step;
  /** Its Docker Engine. */
  provider: docker.Provider;
  /** How others reach it, a secret where a key is part of it; undefined: it is this machine. */
  way?: pulumi.Input<SshMachine>;
  /** Where people reach it; undefined: it is this machine. */
  host?: pulumi.Input<string>;
  /** What it is to its cloud's registry. */
  readers: Readers;
}

/**
 * Declares a stage's machine: the parts of it that Pulumi makes, and a step that waits until it is ready.
 *
 * @param logins who logs in to which registry, for pulling images
 */
export function declareMachine(
  name: string,
  { machine, application, stage }: { machine: Machine; application: Application; stage: StageId },
  logins: pulumi.Input<docker.types.input.ProviderRegistryAuth>[],
  opts: pulumi.ComponentResourceOptions,
): DeclaredMachine {
  const { vm, ssh } = machine;
  const made = vm && declareVm(name, vm, machine, application, stage, opts);
  const ready = made?.ready ?? readied(`${name}-engine`, machine, opts);
  const provider = dockerProvider(`${name}-docker`, machine, ready, logins, opts);
  if (made) {
    const { way, host, reader } = made;
    return { ready, provider, way, host, readers: { [stage.stage]: reader } };
  }
  const way = ssh?.key === undefined ? ssh : pulumi.secret(ssh);
  return { ready, provider, ...(way && ssh ? { way, host: ssh.host } : {}), readers: {} };
}

function declareVm(
  name: string,
  planned: PlannedVm,
  { reachedBy = "" }: Machine,
  { routes, redirect }: Application,
  stage: StageId,
  opts: pulumi.ComponentResourceOptions,
) {
  const { cloud, settings, found, gone } = planned;
  const args = { stage, settings, ports: openRoutes(routes, redirect), found, gone };
  const vm = vmsIn(cloud).declare(`${name}-machine`, args, opts);
  const ready = readiedVm(`${name}-ready`, planned, vm, reachedBy, opts);
  return { ready, way: wayTo(vm), host: vm.domainName ?? vm.address, reader: vm.reader };
}
