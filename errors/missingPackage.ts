import { Refusal } from "./refusal";

/**
 * Loads what needs a cloud's package. A stage without that cloud has none of it: with the package in its folder, Pulumi would fetch the
 * provider too, which is some hundred megabytes.
 *
 * @param name the package's name
 * @throws Refusal saying how to come by the package, where it is not there
 */
export async function cloudPackage<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!/^(ERR_)?MODULE_NOT_FOUND$/.test(code ?? "") || !message.includes(name)) throw error;
    throw new Refusal(`The settings name something that needs the package ${name}: npm install --save-exact ${name}.`);
  }
}
