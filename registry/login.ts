import { cloudCredentials } from "./cloudLogins";
import { dockerCredentials, type Credentials } from "../docker/credentials";
import { hostOf, type RegistryPlan } from "../settings/registryPlan";

/**
 * Who this machine is logged in to a registry as: what `docker login` left, or a credential program of Docker's gives; else, for a
 * cloud's registry, whoever is logged in to that cloud here.
 *
 * @param host as in `docker login`
 * @returns undefined where nobody is
 * @throws Error as {@link dockerCredentials} does
 */
export async function credentialsFor(host: string): Promise<Credentials | undefined> {
  return (await dockerCredentials(host)) ?? (await cloudCredentials(host));
}

/** The login that the `docker` command has to be given for a registry, because neither its own files nor its programs have one. */
export async function loginToGive({ address, credentials }: RegistryPlan) {
  const host = hostOf(address);
  return credentials ?? ((await dockerCredentials(host)) ? undefined : await cloudCredentials(host));
}
