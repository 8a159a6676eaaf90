import type * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";

/**
 * A text that stays the same until a VM is found to be gone: another one then makes another VM. The state would not tell by itself, and to
 * refresh it Pulumi would ask the Docker Engine on the VM that is gone.
 *
 * @param gone when that was found out, just now; undefined: it is there, or was never made
 */
export function generationOf(
  name: string,
  gone: string | undefined,
  own: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  return new RandomId(
    `${name}-generation`,
    { byteLength: 4, keepers: { gone: gone ?? "" } },
    { ...own, ignoreChanges: gone === undefined ? ["keepers"] : [] },
  ).hex;
}
