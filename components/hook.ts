import * as pulumi from "@pulumi/pulumi";
import { printableError } from "../errors/printable";

/**
 * A hook that runs before a resource is made. What it fails by is shown by Pulumi's engine.
 *
 * @param name unique in the program
 * @param work gets the inputs of the resource
 * @returns undefined under Pulumi's mocks, with which whoever uses the package tests a program: they say that they take hooks,
 *   and fail on the first one (sdk/nodejs/runtime/mocks.ts)
 */
export function hookOf(name: string, work: (inputs: unknown) => Promise<void>): pulumi.ResourceHook | undefined {
  if (typeof pulumi.runtime.getMonitor()?.registerResourceHook !== "function") return undefined;
  return new pulumi.ResourceHook(name, async ({ newInputs }) => {
    await work(newInputs).catch((error: unknown) => {
      throw printableError(error);
    });
  });
}
