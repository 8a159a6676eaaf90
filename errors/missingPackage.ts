import { createRequire } from "node:module";
import { quoted, Refusal } from "./refusal";

const load = createRequire(__filename);

/**
 * Loads a module of a cloud's package. A stage without that cloud has none of it: with the package in its folder, Pulumi would fetch the
 * provider too, which is some hundred megabytes.
 *
 * @param name the package's name
 * @param module the module's name in it
 * @throws Refusal saying how to come by the package, where it is not there
 */
export function cloudPackage<T>(name: string, module: string): T {
  try {
    return load(`${name}/${module}`) as T;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(code ?? "") || !message.includes(`'${name}/`)) throw error;
    throw new Refusal(
      `The settings name something that needs the package ${name}: npm install --save-exact ${name}; in a clone of Slipway, npm ci --workspaces --include-workspace-root.`,
    );
  }
}

/**
 * For the failure of a question to a cloud.
 *
 * @param what what cannot be had, as the beginning of a sentence
 * @param remedy what to do
 * @returns what takes the failure and throws a Refusal, unless it is one already
 */
export function refusalBy(what: string, remedy: string) {
  return (error: Error): never => {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${what}: ${remedy} (it says: ${quoted(error.message)}).`);
  };
}
