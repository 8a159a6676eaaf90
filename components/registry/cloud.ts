import type * as pulumi from "@pulumi/pulumi";
import { cloudPackage } from "../../errors/missingPackage";
import { quoted, Refusal } from "../../errors/refusal";
import type { HostedSettings } from "../../settings/registry";

/**
 * Who may pull beside who runs Pulumi, by what they are called here: addresses of service accounts in Google Cloud, principal ids of
 * identities in Azure.
 */
export type Readers = Readonly<Record<string, pulumi.Input<string>>>;

/** Inputs of a component that declares a cloud's registry. */
export interface HostedRegistryArgs<T extends HostedSettings> {
  settings: T;
  /** The Pulumi project. */
  project: string;
  readers: Readers;
  /** The cloud's id of it, where it is there already. */
  found?: string;
}

/** A registry that a cloud keeps, ready to be declared. */
export interface HostedRegistry {
  /**
   * Declares it, which is for the stage that builds.
   *
   * @returns what must be there before anything is pushed or pulled
   */
  declare(name: string, readers: Readers, opts: pulumi.ComponentResourceOptions): pulumi.Resource[];
  /**
   * Lets others pull from it, which is for a stage that takes releases over, on a machine with an identity of its own.
   *
   * @returns what must be there before they pull
   */
  admit(name: string, readers: Readers, opts: pulumi.CustomResourceOptions): pulumi.Resource[];
}

/**
 * Looks whether a cloud's registry is there already, and loads what declares it: a stage without one loads no cloud's package.
 *
 * @param project the Pulumi project
 * @throws Refusal saying that the cloud cannot be asked, and what to do
 */
export async function hostedRegistry(settings: HostedSettings, project: string): Promise<HostedRegistry> {
  if (settings.kind === "artifact-registry") {
    const { admitToRepository, ArtifactRegistry, findRepository } = await cloudPackage(
      "@pulumi/gcp",
      () => import("./artifactRegistry.js"),
    );
    const found = await findRepository(settings).catch(refuse("Google Cloud", "gcloud auth application-default login"));
    return {
      declare: (name, readers, opts) => new ArtifactRegistry(name, { settings, project, readers, found }, opts).ready,
      admit: (name, readers, opts) => admitToRepository(name, settings, readers, opts),
    };
  }
  const { admitToRegistry, ContainerRegistry, findRegistry } = await cloudPackage(
    "@pulumi/azure-native",
    () => import("./acr.js"),
  );
  const found = await findRegistry(settings, project).catch(refuse("Azure", "az login"));
  return {
    declare: (name, readers, opts) => new ContainerRegistry(name, { settings, project, readers, found }, opts).ready,
    admit(name, readers, opts) {
      if (found !== undefined) return admitToRegistry(name, found, readers, opts);
      throw new Refusal(
        `There is no registry ${settings.name} in Azure yet: the stage that builds declares it, so bring that one up first.`,
      );
    },
  };
}

function refuse(cloud: string, command: string) {
  return (error: Error): never => {
    if (error instanceof Refusal) throw error;
    const said = quoted(error.message);
    throw new Refusal(
      `slipway:registry is one of ${cloud}, which does not tell whether it is there: log in with ${command}, and see to it that you may read it (it says: ${said}).`,
    );
  };
}
