import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentEngine, leadingTo } from "../docker/context";
import { loginToGive } from "./login";
import { hostOf, type RegistryPlan } from "../settings/registryPlan";

/**
 * Logs in to a registry for one command only: the user's own Docker settings stay as they are.
 *
 * @param run gets the environment variables for the command
 */
export async function withLogin<T>(
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
    // The command also loses its contexts, which are among the settings.
    return await run({ ...leadingTo(currentEngine()), DOCKER_CONFIG: directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
