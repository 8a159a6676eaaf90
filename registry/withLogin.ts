import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerFolder } from "../docker/context";
import type { Engine } from "../docker/engine";
import { loginToGive } from "./login";
import { hostOf, type RegistryPlan } from "../settings/registryPlan";

/** Runs a command with environment variables. */
type Run<T> = (env: Record<string, string | undefined>) => Promise<T>;

/** A registry's login as Docker's settings have it, by the registry's host. */
type Auths = Record<string, { auth: string }>;

/**
 * Logs in to a registry for one command only: the user's own Docker settings stay as they are.
 *
 * @param engine the one that the command talks to
 * @param run gets the environment variables for the command
 */
export function withLogin<T>(engine: Engine, registry: RegistryPlan, run: Run<T>): Promise<T> {
  return inOwnSettings(registry, run, (_folder, auths) => ({
    settings: { auths },
    // Contexts are among the settings that it does without.
    env: engine.leading,
  }));
}

/**
 * The same beside the user's own logins and plugins: a build reads images from elsewhere as well.
 *
 * @throws Error as {@link withLogin}, and where the user's own settings of Docker are no JSON
 */
export function withLoginBeside<T>(engine: Engine, registry: RegistryPlan, run: Run<T>): Promise<T> {
  return inOwnSettings(registry, run, (folder, auths) => {
    const own = dockerFolder(engine.environment);
    const known = namesIn(own);
    for (const name of known.filter((one) => one !== settings)) symlinkSync(join(own, name), join(folder, name));
    const text = known.includes(settings) ? readFileSync(join(own, settings), "utf8") : "{}";
    const { auths: others, credHelpers, ...rest } = JSON.parse(text) as Record<string, object | undefined>;
    // No program is asked for this one: an empty name stands for the file itself.
    const asksNone = Object.fromEntries(Object.keys(auths).map((host) => [host, ""]));
    const logins = { auths: { ...others, ...auths }, credHelpers: { ...credHelpers, ...asksNone } };
    return { settings: { ...rest, ...logins }, env: {} };
  });
}

/** Runs a command with Docker settings in a folder of their own, which is removed at its end. */
async function inOwnSettings<T>(
  registry: RegistryPlan,
  run: Run<T>,
  lay: (folder: string, auths: Auths) => { settings: object; env: Record<string, string | undefined> },
): Promise<T> {
  const login = await loginToGive(registry);
  if (!login) return run({});
  const folder = mkdtempSync(join(tmpdir(), "slipway-"));
  try {
    const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
    const laid = lay(folder, { [hostOf(registry.address)]: { auth } });
    writeFileSync(join(folder, settings), JSON.stringify(laid.settings), { mode: 0o600 });
    return await run({ ...laid.env, DOCKER_CONFIG: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const settings = "config.json";

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
