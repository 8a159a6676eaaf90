import type * as pulumi from "@pulumi/pulumi";
import { cloudPackage } from "../errors/missingPackage";
import type { HostedSettings } from "../settings/registry";

/**
 * Who may pull beside who runs Pulumi, by what they are called here: addresses of service accounts in Google Cloud, principal ids of
 * identities in Azure.
 */
export type Readers = Readonly<Record<string, pulumi.Input<string>>>;

/** Inputs of a component that declares a cloud's registry. */
export interface HostedRegistryArgs<Settings> {
  settings: Settings;
  /** The Pulumi project. */
  project: string;
  readers: Readers;
  /** The cloud's id of it, where it is there already. */
  found?: string;
}

/** What a cloud's package does about registries: what its module `registries` exports under that name. */
export interface CloudRegistries<Settings> {
  /**
   * The cloud's id of a registry that is there already.
   *
   * @param project the Pulumi project
   * @throws Refusal saying that the cloud does not tell, and what to do
   */
  find(settings: Settings, project: string): Promise<string | undefined>;
  /**
   * Declares it, which is for the stage that builds.
   *
   * @returns what must be there before anything is pushed or pulled
   */
  declare(name: string, args: HostedRegistryArgs<Settings>, opts: pulumi.ComponentResourceOptions): pulumi.Resource[];
  /**
   * Lets others pull from it, which is for a stage that takes releases over, on a machine with an identity of its own.
   *
   * @returns what must be there before they pull
   */
  grantPull(name: string, args: HostedRegistryArgs<Settings>, opts: pulumi.CustomResourceOptions): pulumi.Resource[];
}

/** The package of each kind of registry that a cloud keeps. */
const packages = { "artifact-registry": "slipway-gcp", acr: "slipway-azure" };

/**
 * What a kind of registry needs of its cloud: a stage without one loads no cloud's package.
 *
 * @throws Refusal saying which package is missing
 */
export function registriesOf(settings: HostedSettings): CloudRegistries<HostedSettings> {
  return cloudPackage<{ registries: CloudRegistries<HostedSettings> }>(packages[settings.kind], "registries")
    .registries;
}
