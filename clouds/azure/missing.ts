import { quoted, Refusal } from "slipway/cloud";

/**
 * What Azure says of something that is not there, or whose resource group is not; of a subscription or a kind of thing that it does not
 * know it says 404 just as well. The code stands in its answer however the provider puts that.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found
 */
const missing = /\b(ResourceNotFound|ResourceGroupNotFound)\b/;

/**
 * For the failure of a look at something in Azure.
 *
 * @param what it is, as people call it
 * @returns a handler of the failure: undefined where Azure says that the thing does not exist
 * @throws Refusal where Azure does not know the place in which it would be; otherwise the failure itself
 */
export function unlessMissing(what: string) {
  return (error: Error): undefined => {
    if (missing.test(error.message)) return undefined;
    if (!/not ?found|404/i.test(error.message)) throw error;
    const said = quoted(error.message);
    throw new Refusal(
      `Azure does not know where ${what} would be: check the subscription, which az account show and azure-native:subscriptionId tell, and that az login is of its tenant (it says: ${said}).`,
    );
  };
}

/**
 * A resource's id with its names as they are declared: Azure may write them, and what stands between them, with other capitals, and Pulumi
 * would take that for another resource.
 *
 * @param id as Azure tells it
 * @param group what its resource group is called
 * @param name what it is called itself
 */
export function withNames(id: string, group: string, name: string): string {
  return id.replace(/\/resourceGroups\/[^/]+/i, `/resourceGroups/${group}`).replace(/[^/]+$/, name);
}
