import type * as pulumi from "@pulumi/pulumi";
import { cloudPackage } from "../errors/missingPackage";
import type { HostedSettings } from "../settings/registry";

/**
 * The accounts that may pull, beside the one that runs Pulumi: addresses of service accounts in Google Cloud, principal
 * ids of identities in Azure. The keys are their names in resources.
 */
export type Readers = Readonly<Record<string, pulumi.Input<string>>>;

/** Inputs of a component that declares a cloud's registry. */
export interface HostedRegistryArgs<Settings> {
  settings: Settings;
  /** The Pulumi project. */
  project: string;
  readers: Readers;
  /** The cloud's id for it, where it exists already. */
  found?: string;
}

/** The part of a cloud's package for registries: its module `registries` exports it under that name. */
export interface CloudRegistries<Settings> {
  /**
   * The cloud's id of an existing registry.
   *
   * @param project the Pulumi project
   * @returns undefined where there is none
   * @throws Refusal saying that the cloud does not answer, and what to do
   */
  find(settings: Settings, project: string): Promise<string | undefined>;
  /**
   * Declares the registry, in the stage that builds.
   *
   * @returns resources that must exist before the first push or pull
   */
  declare(name: string, args: HostedRegistryArgs<Settings>, opts: pulumi.ComponentResourceOptions): pulumi.Resource[];
  /**
   * Lets the readers pull from the registry, in a stage that takes releases over on a machine with an identity of its
   * own.
   *
   * @returns resources that must exist before they pull
   */
  grantPull(name: string, args: HostedRegistryArgs<Settings>, opts: pulumi.CustomResourceOptions): pulumi.Resource[];
}

/** The package of each kind of registry that a cloud keeps. */
const packages = { "artifact-registry": "slipway-gcp", acr: "slipway-azure" };

/**
 * The part of a cloud's package for a kind of registry; a stage without a cloud's registry loads no package.
 *
 * @throws Refusal saying which package is missing
 */
export function registriesOf(settings: HostedSettings): CloudRegistries<HostedSettings> {
  return cloudPackage<{ registries: CloudRegistries<HostedSettings> }>(packages[settings.kind], "registries")
    .registries;
}
