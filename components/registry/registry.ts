import * as pulumi from "@pulumi/pulumi";
import type { StagePlan } from "../../plan/stage";
import { LocalRegistry } from "./local";
import type { Readers } from "./cloud";

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
  { id, declares, hosted, admits }: StagePlan,
  readers: Readers,
  yields: pulumi.ResourceHook | undefined,
  { parent, ...opts }: pulumi.ComponentResourceOptions,
): DeclaredRegistry {
  const name = `${id.project}-${id.stage}-registry`;
  const local = declares && new LocalRegistry(name, { stage: id, ...declares, yields }, { parent, ...opts });
  const inCloud = [
    ...(hosted?.declare(name, readers, { parent }) ?? []),
    ...(admits?.admit(name, readers, { parent }) ?? []),
  ];
  return local ? { local, served: [local.container] } : { served: inCloud };
}
