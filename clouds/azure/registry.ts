import * as authorization from "@pulumi/azure-native/authorization";
import * as containerregistry from "@pulumi/azure-native/containerregistry";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { AcrSettings, HostedRegistryArgs, Readers } from "slipway/cloud";
import { unlessMissing, withNames } from "./missing";

/**
 * Azure's role that pulls and does nothing else
 * (https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/containers#acrpull).
 */
const pullRole = "7f951dda-4ed3-4680-a7ca-43fe172d538d";

/** What its owner may have set, on a registry that was there before as well. */
const ownersBusiness = [
  "anonymousPullEnabled",
  "dataEndpointEnabled",
  "encryption",
  "identity",
  "networkRuleBypassOptions",
  "networkRuleSet",
  "policies",
  "publicNetworkAccess",
  "tags",
  "zoneRedundancy",
];

/**
 * An Azure Container Registry, with its own resource group unless the settings name one. It has no password of its own: whoever runs
 * Pulumi pushes as they are logged in to Azure, and machines pull by their identity. Neither an update nor a destroy deletes it,
 * because other stages run what is in it.
 */
export class ContainerRegistry extends pulumi.ComponentResource {
  /** What must be there before anything is pushed or pulled. */
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    { settings, readers, found, project }: HostedRegistryArgs<AcrSettings>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("slipway:registry:ContainerRegistry", name, {}, opts);
    const { location, sku } = settings;
    const kept = { parent: this, retainOnDelete: true };
    const resourceGroupName = groupOf(settings, project);
    const group = settings.resourceGroup
      ? undefined
      : new resources.ResourceGroup(
          `${name}-group`,
          { resourceGroupName, location },
          { ...kept, import: found && found.split("/providers/")[0], ignoreChanges: ["tags", "managedBy"] },
        );
    const made = new containerregistry.Registry(
      `${name}-server`,
      {
        registryName: settings.name,
        resourceGroupName: group?.name ?? resourceGroupName,
        location,
        sku: { name: sku },
        adminUserEnabled: false,
      },
      { ...kept, import: found, ignoreChanges: ownersBusiness },
    );
    this.ready = [made, ...admitToRegistry(name, made.id, readers, { parent: this })];
    this.registerOutputs({ server: made.loginServer });
  }
}

/**
 * Lets identities pull from a registry.
 *
 * @param registry its id
 * @param readers the identities' principal ids, by what they are called here
 */
export function admitToRegistry(
  name: string,
  registry: pulumi.Input<string>,
  readers: Readers,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return Object.entries(readers).map(
    ([reader, principalId]) =>
      new authorization.RoleAssignment(
        `${name}-${reader}`,
        {
          scope: registry,
          principalId,
          principalType: "ServicePrincipal",
          roleDefinitionId: pulumi.output(registry).apply(roleIn),
        },
        opts,
      ),
  );
}

/**
 * The id of the registry where it is there already: one that a destroyed stage left, or that somebody else made.
 *
 * @param project the Pulumi project
 * @throws Refusal where Azure does not know the subscription; Error where nobody may ask, as the provider says it
 */
export async function findRegistry(settings: AcrSettings, project: string): Promise<string | undefined> {
  // The one file: the module's index would load them all.
  const { getRegistry } = await import("@pulumi/azure-native/containerregistry/getRegistry.js");
  const wanted = { registryName: settings.name, resourceGroupName: groupOf(settings, project) };
  const found = await getRegistry(wanted).catch(unlessMissing(`the registry ${settings.name}`));
  return found && withNames(found.id, wanted.resourceGroupName, settings.name);
}

function groupOf({ resourceGroup }: AcrSettings, project: string): string {
  return resourceGroup ?? `${project}-registry`;
}

/** A role is named within the subscription that the registry is in. */
function roleIn(registry: string): string {
  const subscription = registry.split("/").slice(0, 3).join("/");
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${pullRole}`;
}
