import { refusalBy, type ArtifactRegistryPlan, type CloudRegistries } from "slipway/cloud";
import { admitToRepository, ArtifactRegistry, findRepository } from "./registry";

const refused = refusalBy(
  "slipway:registry is one of Google Cloud, which does not tell whether it is there",
  "log in with gcloud auth application-default login, and see to it that you may read it",
);

/** Repositories of Google's Artifact Registry. */
export const registries: CloudRegistries<ArtifactRegistryPlan> = {
  find: (settings) => findRepository(settings).catch(refused),
  declare: (name, args, opts) => new ArtifactRegistry(name, args, opts).ready,
  grantPull: (name, { settings, readers }, opts) => admitToRepository(name, settings, readers, opts),
};
