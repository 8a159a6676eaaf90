import type { StageSettings } from "../settings/settings";
import { cloudSecret, type CloudSecret, type KeyVaultSecret, type SecretManagerSecret } from "../settings/cloudSecret";
import { cloudPackage } from "../errors/missingPackage";

/** The parts of a stage's settings that may name a project of Google Cloud. */
interface Places {
  machine: object;
  registry: object;
}

/** How each cloud is asked: the module `secrets` of its package exports the function as `readSecret`. */
export interface SecretReaders {
  gcp(wanted: Omit<SecretManagerSecret, "kind">): Promise<string>;
  azure(wanted: Omit<KeyVaultSecret, "kind">): Promise<string>;
}

/** Only a value that a cloud keeps loads that cloud's package. */
const clouds: SecretReaders = {
  gcp: async (wanted) =>
    cloudPackage<{ readSecret: SecretReaders["gcp"] }>("slipway-gcp", "secrets").readSecret(wanted),
  azure: async (wanted) =>
    cloudPackage<{ readSecret: SecretReaders["azure"] }>("slipway-azure", "secrets").readSecret(wanted),
};

/**
 * The settings with the values of those variables, and of the tunnel's token, that a cloud keeps as secrets. They are
 * read each time, in a preview as well, because compose files are filled from them: a new version shows as a change of
 * the resources that use it.
 *
 * @param readers how each cloud is asked
 * @throws Error with a line for each value that cannot be read, which names the setting and says what to do
 */
export async function withCloudSecrets<T extends Pick<StageSettings, "env" | "secretEnv" | "tunnel"> & Places>(
  settings: T,
  readers: SecretReaders = clouds,
): Promise<T> {
  const project = projectOf(settings);
  const asked = new Map<string, Promise<string>>();
  const problems: string[] = [];
  const read = async (setting: string, value: string, isHidden: boolean): Promise<string | undefined> => {
    try {
      const secret = cloudSecret(value);
      if (!secret) return undefined;
      const answer = asked.get(value) ?? ask(secret, project, readers);
      asked.set(value, answer);
      return await answer;
    } catch (error) {
      // A value that the settings hide is shown by its kind alone.
      const shown = isHidden ? value.replace(/:\/\/.*/s, "://…") : value;
      problems.push(`slipway:${setting} is ${shown}: ${(error as Error).message}.`);
      return undefined;
    }
  };
  const { tunnel } = settings;
  const [token, ...found] = await Promise.all([
    tunnel?.kind === "token" ? read("tunnel.token", tunnel.token, true) : undefined,
    ...Object.entries(settings.env).map(async ([name, value]) => {
      const answer = await read(`env.${name}`, value, settings.secretEnv.includes(name));
      return answer === undefined ? undefined : ([name, answer] as const);
    }),
  ]);
  if (problems.length > 0) {
    throw new Error(problems.join("\n"));
  }
  const values = Object.fromEntries(found.filter((one) => one !== undefined));
  return {
    ...settings,
    env: { ...settings.env, ...values },
    secretEnv: [...new Set([...settings.secretEnv, ...Object.keys(values)])],
    ...(tunnel?.kind === "token" && token !== undefined ? { tunnel: { ...tunnel, token } } : {}),
  };
}

function ask(secret: CloudSecret, project: string | undefined, readers: SecretReaders): Promise<string> {
  return secret.kind === "gcp" ? readers.gcp({ ...secret, project: secret.project ?? project }) : readers.azure(secret);
}

/** The project of a secret that names none: the machine's, or the registry's. */
function projectOf({ machine, registry }: Places): string | undefined {
  return [machine, registry].flatMap((part) => ("project" in part ? String(part.project) : []))[0];
}
