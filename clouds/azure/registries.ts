import { Refusal, refusalBy, type AcrSettings, type CloudRegistries } from "slipway/cloud";
import { admitToRegistry, ContainerRegistry, findRegistry } from "./registry";

const refused = refusalBy(
  "slipway:registry is one of Azure, which does not tell whether it is there",
  "log in with az login, and see to it that you may read it",
);

/** Azure Container Registries. */
export const registries: CloudRegistries<AcrSettings> = {
  find: (settings, project) => findRegistry(settings, project).catch(refused),
  declare: (name, args, opts) => new ContainerRegistry(name, args, opts).ready,
  grantPull(name, { settings, readers, found }, opts) {
    if (found !== undefined) return admitToRegistry(name, found, readers, opts);
    throw new Refusal(
      `There is no registry ${settings.name} in Azure yet: the stage that builds declares it, so bring that one up first.`,
    );
  },
};
