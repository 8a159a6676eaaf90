import { createRequire } from "node:module";
import { quoted, Refusal } from "./refusal";

const load = createRequire(__filename);

/**
 * Loads a module of a cloud's package. The package is only where a stage uses that cloud: wherever Pulumi finds it in
 * the project's folder, it fetches the provider as well, some hundred megabytes.
 *
 * @param name the package's name
 * @param module the module's name in it
 * @throws Refusal saying how to install the package, where it is missing
 */
export function cloudPackage<T>(name: string, module: string): T {
  try {
    return load(`${name}/${module}`) as T;
  } catch (error) {
    if (!isMissing(error as NodeJS.ErrnoException, name)) throw error;
    throw new Refusal(
      `The settings name something that needs the package ${name}: npm install --save-exact ${name}; in a clone of Slipway, npm ci --include=peer.`,
    );
  }
}

/**
 * Whether a module was not found because a cloud's package is not there as a whole. A clone has the package itself, which is not built without
 * its peer, the cloud's provider, and of no use without that.
 *
 * @param name the package's name
 */
export function isMissing({ code, message }: NodeJS.ErrnoException, name: string): boolean {
  if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(code ?? "")) return false;
  const [, missing = ""] = /^Cannot find module '([^']+)'/.exec(message) ?? [];
  return [`${name}/`, "@pulumi/"].some((start) => missing.startsWith(start)) || missing.includes(`/${name}/dist/`);
}

/**
 * Handles the failure of a question to a cloud.
 *
 * @param what the thing that cannot be had, as the beginning of a sentence
 * @param remedy what to do
 * @returns a function that throws the failure as a Refusal, or as it is where it is a Refusal already
 */
export function refusalBy(what: string, remedy: string) {
  return (error: Error): never => {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${what}: ${remedy} (it says: ${quoted(error.message)}).`);
  };
}
