import type { Credentials } from "./credentials";
import type { Engine } from "./engine";
import { failureIn } from "./progress";
import { withRemedy } from "./remedies";
import { reasonIn } from "./request";

/** Whether an Engine has an image. */
export async function hasImage(engine: Engine, reference: string): Promise<boolean> {
  return (await engine.api("GET", `/images/${reference}/json`)).status === 200;
}

/**
 * Makes the Engine pull an image, unless it has it. The login goes with this one request: it stands in no argument and is kept
 * nowhere. (https://docs.docker.com/reference/api/engine/version/v1.40/#section/Authentication)
 *
 * @param reference with a digest
 * @param host the registry's, which the login is for
 * @throws Error with what the Engine says where it cannot
 */
export async function pullImage(engine: Engine, reference: string, host: string, login: Credentials): Promise<void> {
  if (await hasImage(engine, reference)) return;
  const path = `/images/create?fromImage=${encodeURIComponent(reference)}`;
  const answer = await engine.api("POST", path, { headers: { "x-registry-auth": registryAuth(host, login) } });
  const failed = answer.status === 200 ? failureIn(answer.body) : reasonIn(answer);
  if (failed !== undefined) throw new Error(withRemedy(`The Docker Engine cannot pull ${reference}: ${failed}.`));
}

/**
 * A login as an Engine takes it with a request. It has to be padded: Engines up to 20.10 read no other, and then ask the registry as nobody.
 * (https://docs.docker.com/reference/api/engine/version/v1.40/#section/Authentication)
 */
function registryAuth(host: string, login: Credentials): string {
  const own = "identityToken" in login ? { identitytoken: login.identityToken } : login;
  const text = JSON.stringify({ ...own, serveraddress: host });
  return Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
