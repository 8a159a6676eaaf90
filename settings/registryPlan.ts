import type { ArtifactRegistryPlan, RegistrySettings } from "./registry";

/** A user name and a password. */
export interface Login {
  username: string;
  password: string;
}

/** The registry that keeps a project's images and its ledger. */
export interface RegistryPlan {
  /** Its host, with a port and a path where needed, as image references begin. */
  address: string;
  /** The login for it; undefined: the one of this machine, where it has one. */
  credentials?: Login;
  /** Whether the stage that runs it made its login up, so that no settings hold it. */
  isGenerated?: true;
  /**
   * The machine on whose loopback address it listens, where that is another than this one: the folder with the files
   * that `ssh` reads, relative to the project.
   */
  on?: string;
}

/**
 * The registry that a stage's own settings name.
 *
 * @param on the machine that the stage is on, as {@link RegistryPlan} has it
 * @throws Error when there is a user name without a password, or the other way round
 */
export function registryFrom(settings: RegistrySettings, on?: string): RegistryPlan {
  if (settings.kind === "local") {
    return { address: `127.0.0.1:${settings.port}`, ...(on === undefined ? {} : { on }) };
  }
  if (settings.kind === "artifact-registry") {
    return { address: artifactRegistryAddress(settings) };
  }
  if (settings.kind === "acr") {
    return { address: `${settings.name}.azurecr.io` };
  }
  const { address, username, password } = settings;
  if ((username === undefined) !== (password === undefined)) {
    const missing = username === undefined ? "username" : "password";
    throw new Error(
      `slipway:registry.${missing} is not set: give both username and password, or neither to use what docker login left.`,
    );
  }
  return {
    address,
    credentials: username !== undefined && password !== undefined ? { username, password } : undefined,
  };
}

/** The address of a repository (https://cloud.google.com/artifact-registry/docs/docker/names). */
function artifactRegistryAddress({ location, project, repository }: ArtifactRegistryPlan): string {
  return `${location}-docker.pkg.dev/${project}/${repository}`;
}

/** The host of a registry's address, by which Docker knows a login. */
export function hostOf(address: string): string {
  return address.split("/")[0] ?? address;
}
