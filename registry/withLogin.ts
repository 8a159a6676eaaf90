import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerFolder } from "../docker/context";
import type { Engine } from "../docker/engine";
import { loginToGive } from "./login";
import { hostOf, type RegistryPlan } from "../settings/registryPlan";

/**
 * Logs in to a registry for one command only: the user's own Docker settings stay as they are.
 *
 * @param engine the one that the command talks to
 * @param run gets the environment variables for the command
 */
export async function withLogin<T>(
  engine: Engine,
  registry: RegistryPlan,
  run: (env: Record<string, string | undefined>) => Promise<T>,
): Promise<T> {
  const login = await loginToGive(registry);
  if (!login) {
    return run({});
  }
  const { username, password } = login;
  const directory = mkdtempSync(join(tmpdir(), "slipway-"));
  try {
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    writeFileSync(join(directory, "config.json"), JSON.stringify({ auths: { [hostOf(registry.address)]: { auth } } }), {
      mode: 0o600,
    });
    // Contexts are among the settings that it does without.
    return await run({ ...engine.leading, DOCKER_CONFIG: directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * The same beside the user's own logins and plugins: a build reads images from elsewhere as well.
 *
 * @throws Error as {@link withLogin}, and where the user's own settings of Docker are no JSON
 */
export async function withLoginBeside<T>(
  engine: Engine,
  registry: RegistryPlan,
  run: (env: Record<string, string | undefined>) => Promise<T>,
): Promise<T> {
  const login = await loginToGive(registry);
  if (!login) return run({});
  const host = hostOf(registry.address);
  const own = dockerFolder(engine.environment);
  const directory = mkdtempSync(join(tmpdir(), "slipway-"));
  try {
    const known = namesIn(own);
    for (const name of known.filter((one) => one !== settings)) symlinkSync(join(own, name), join(directory, name));
    const text = known.includes(settings) ? readFileSync(join(own, settings), "utf8") : "{}";
    const { auths, credHelpers, ...rest } = JSON.parse(text) as Record<string, object | undefined>;
    const auth = Buffer.from(`${login.username}:${login.password}`).toString("base64");
    // No program is asked for this one: an empty name stands for the file itself.
    const logins = { auths: { ...auths, [host]: { auth } }, credHelpers: { ...credHelpers, [host]: "" } };
    writeFileSync(join(directory, settings), JSON.stringify({ ...rest, ...logins }), { mode: 0o600 });
    return await run({ DOCKER_CONFIG: directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
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
