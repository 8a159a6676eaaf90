import * as artifactregistry from "@pulumi/gcp/artifactregistry";
import * as pulumi from "@pulumi/pulumi";
import type { ArtifactRegistryPlan, HostedRegistryArgs, Readers } from "slipway/cloud";

/**
 * A repository of Google's Artifact Registry. Nothing cleans up in it by itself: a release names digests, of any age. Neither an update
 * nor a destroy deletes it, because other stages run what is in it.
 */
export class ArtifactRegistry extends pulumi.ComponentResource {
  /** What must be there before anything is pushed or pulled. */
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { settings, readers, found }: HostedRegistryArgs<ArtifactRegistryPlan>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:registry:ArtifactRegistry", name, {}, opts);
    const { project, location, repository } = settings;
    const made = new artifactregistry.Repository(
      `${name}-repository`,
      {
        project,
        location,
        repositoryId: repository,
        format: "DOCKER",
        mode: "STANDARD_REPOSITORY",
        description: "Releases: images, and the ledger that names them",
        // The ledger's own tags move.
        dockerConfig: { immutableTags: false },
      },
      {
        parent: this,
        retainOnDelete: true,
        import: found,
        ignoreChanges: ["description", "labels", "kmsKeyName", "vulnerabilityScanningConfig"],
      },
    );
    this.ready = [made, ...admitToRepository(name, settings, readers, { parent: this, dependsOn: [made] })];
    this.registerOutputs({ repository: made.name });
  }
}

/**
 * Lets service accounts pull from a repository.
 *
 * @param readers the accounts' addresses, by what they are called here
 */
export function admitToRepository(
  name: string,
  { project, location, repository }: ArtifactRegistryPlan,
  readers: Readers,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return Object.entries(readers).map(
    ([reader, email]) =>
      new artifactregistry.RepositoryIamMember(
        `${name}-${reader}`,
        {
          project,
          location,
          repository,
          role: "roles/artifactregistry.reader",
          member: pulumi.interpolate`serviceAccount:${email}`,
        },
        opts,
      ),
  );
}

/**
 * The id of the repository where it is there already: one that a destroyed stage left, or that somebody else made.
 *
 * @throws Error where nobody may ask, as the provider says it
 */
export async function findRepository({
  project,
  location,
  repository,
}: ArtifactRegistryPlan): Promise<string | undefined> {
  // The one file: the module's index would load them all.
  const { getRepository } = await import("@pulumi/gcp/artifactregistry/getRepository.js");
  const found = await getRepository({ project, location, repositoryId: repository }).catch((error: Error) => {
    if (/not found|error 404/i.test(error.message)) return undefined;
    throw error;
  });
  return found && `projects/${project}/locations/${location}/repositories/${repository}`;
}
