import { createHmac } from "node:crypto";
import { encodeBase64, hashSync } from "bcryptjs";
import type { Login } from "../settings/registryPlan";

/**
 * The least that bcrypt allows: a registry works the hash out again at each request, and no work on a password that has more than 128 bits
 * of chance makes guessing it any slower than it is.
 */
const cost = "04";

/**
 * The file by which a registry knows who may log in (https://distribution.github.io/distribution/about/configuration/#htpasswd). It is
 * the same for the same login, so that the registry's container stays as it is: the salt follows from the password.
 *
 * @param login with a password that was made up, of 22 letters and digits or more
 */
export function htpasswd({ username, password }: Login): string {
  const salt = createHmac("sha256", password).update(`slipway registry ${username}`).digest().subarray(0, 16);
  return `${username}:${hashSync(password, `$2b$${cost}$${encodeBase64([...salt], salt.length)}`)}\n`;
}
