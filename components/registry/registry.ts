import * as pulumi from "@pulumi/pulumi";
import type { StagePlan } from "../../plan/stage";
import { LocalRegistry } from "./local";
import { registriesOf, type Readers } from "../../registry/cloud";
import type { CloudRegistryPlan } from "../../plan/cloudRegistry";
import { hostOf, type Login, type RegistryPlan } from "../../settings/registryPlan";

/** The registry of a stage, as what else the stage declares knows it. */
export interface DeclaredRegistry {
  /** The one that it runs on its own machine. */
  local?: LocalRegistry;
  /** What must be there before anything is pushed or pulled. */
  served: pulumi.Resource[];
  /** How steps reach it: a secret where that takes a password. */
  access: pulumi.Output<RegistryPlan>;
  /** Who it lets in, where a stage runs it: a secret, and unknown in the preview that comes before it is made up. */
  login?: pulumi.Output<Login>;
}

/**
 * Declares what of a stage's registry is the stage's own: all of it, or that its machine may pull from it.
 *
 * @param readers who may pull from a cloud's registry, beside who runs Pulumi
 * @param yields stops what one on the stage's own machine cannot run beside
 * @param opts with the provider of that machine
 */
export function declareRegistry(
  { id, registry, runsLocally, cloud, grantPull }: StagePlan,
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
  const login = local?.login ?? (registry.isGenerated ? toldLogin(registry) : undefined);
  return {
    ...(local ? { local, served: [local.container] } : { served: inCloud }),
    access: login ? pulumi.secret(login.apply((known) => withLogin(registry, known))) : accessTo(registry),
    login,
  };
}

/** How steps reach a registry whose login, if it has one, is known. The whole of it is a secret where it holds a password. */
export function accessTo(registry: RegistryPlan): pulumi.Output<RegistryPlan> {
  return registry.credentials ? pulumi.secret(registry) : pulumi.output(registry);
}

/**
 * What the provider of a stage's machine pulls with: a login that the settings hold. One that a stage makes up is not known in its first
 * preview, and a provider that is not known itself could be asked nothing there.
 */
export function settingsLogins({ registry, runsLocally }: StagePlan) {
  const { address, credentials, isGenerated } = registry;
  return credentials && !isGenerated && !runsLocally
    ? [pulumi.secret({ address: hostOf(address), ...credentials })]
    : [];
}

function toldLogin({ credentials }: RegistryPlan): pulumi.Output<Login> | undefined {
  return credentials && pulumi.secret(credentials);
}

/** The same for a stage that knows the login by its own resource and for one that was told. */
function withLogin({ address, on }: RegistryPlan, credentials: Login): RegistryPlan {
  return { address, credentials, ...(on === undefined ? {} : { on }) };
}
