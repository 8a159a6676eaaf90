import * as pulumi from "@pulumi/pulumi";
import type { StagePlan } from "../../plan/stage";
import { LocalRegistry } from "./local";
import { registriesOf, type Readers } from "../../registry/cloud";
import type { CloudRegistryPlan } from "../../plan/cloudRegistry";

/** The registry of a stage, as what else the stage declares knows it. */
export interface DeclaredRegistry {
  /** The one that it runs on its own machine. */
  local?: LocalRegistry;
  /** What must be there before anything is pushed or pulled. */
  served: pulumi.Resource[];
}

/**
 * Declares what of a stage's registry is the stage's own: all of it, or that its machine may pull from it.
 *
 * @param readers who may pull from a cloud's registry, beside who runs Pulumi
 * @param yields stops what one on the stage's own machine cannot run beside
 * @param opts with the provider of that machine
 */
export function declareRegistry(
  { id, runsLocally, cloud, grantPull }: StagePlan,
  readers: Readers,
  yields: pulumi.ResourceHook | undefined,
  { parent, ...opts }: pulumi.ComponentResourceOptions,
): DeclaredRegistry {
  const name = `${id.project}-${id.stage}-registry`;
  const local = runsLocally && new LocalRegistry(name, { stage: id, ...runsLocally, yields }, { parent, ...opts });
  const args = (one: CloudRegistryPlan) => ({ ...one, project: id.project, readers });
  const inCloud = [
    ...(cloud ? registriesOf(cloud.settings).declare(name, args(cloud), { parent }) : []),
    ...(grantPull ? registriesOf(grantPull.settings).grantPull(name, args(grantPull), { parent }) : []),
  ];
  return local ? { local, served: [local.container] } : { served: inCloud };
}
