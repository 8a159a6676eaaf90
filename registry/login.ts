import { cloudCredentials } from "./cloudLogins";
import { dockerCredentials, type Credentials } from "../docker/credentials";
import { hostOf, type RegistryPlan } from "../settings/registryPlan";

/**
 * This machine's login at a registry: from `docker login` or a credential program of Docker's; else, for a cloud's
 * registry, by the login to that cloud.
 *
 * @param host as in `docker login`
 * @returns undefined where there is none
 * @throws Error as {@link dockerCredentials} does
 */
export async function credentialsFor(host: string): Promise<Credentials | undefined> {
  return (await dockerCredentials(host)) ?? (await cloudCredentials(host));
}

/**
 * The login that the `docker` command has to be given for a registry; undefined where its own files or programs have
 * one.
 */
export async function loginToGive({ address, credentials }: RegistryPlan) {
  const host = hostOf(address);
  return credentials ?? ((await dockerCredentials(host)) ? undefined : await cloudCredentials(host));
}
