import type * as pulumi from "@pulumi/pulumi";
import type { Label } from "../../docker/labels";
import type { Unsealed } from "../../docker/sealVolume";
import { log } from "../../errors/log";
import { printableError } from "../../errors/printable";
import { hookOf } from "../hook";

/**
 * A hook for containers that carry files onto a volume: before the first file is there, the volume is sealed. An Engine that does not do
 * it stops no update: the files then are as readable on the machine's disk as their own modes say, and that is told.
 *
 * @param name unique in the program
 * @returns undefined under mocks, as {@link hookOf}
 */
export function sealing(name: string, seal: (unsealed: Unsealed) => Promise<void>): pulumi.ResourceHook | undefined {
  return hookOf(name, async (newInputs) => {
    const { image, volumes, labels } = newInputs as {
      image: string;
      volumes?: { volumeName?: string; containerPath?: string }[];
      labels?: Label[];
    };
    for (const { volumeName: volume, containerPath: folder } of volumes ?? []) {
      if (volume === undefined || folder === undefined) continue;
      await seal({ volume, folder, image, labels: labels ?? [] }).catch((error: unknown) =>
        log.warn(
          `The folder of ${volume} is not closed to other users of the machine: ${printableError(error).message}`,
        ),
      );
    }
  });
}
