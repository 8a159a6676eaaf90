import { containersOf, pathsBehindVolume } from "./container";
import { holdsSocket } from "./noDockerSocket";
import { isAllowed, isForContainers, pathsReached, sentenceOf } from "./hostAccess";
import type { Rule } from "./rule";

/**
 * A container has no business in the machine's own folders, on its disks or among its processes: there it reads what others keep secret, or becomes
 * root. The folders that are there for data, and some files that many read, are known; a stage's settings name others.
 */
export const hostFoldersForDataOnly: Rule = {
  name: "host-folders-for-data-only",
  description: "Containers mount folders of the machine that are there for data, and no others.",
  problems(resource, stage) {
    const mounted = containersOf(resource).flatMap((container) =>
      pathsReached(container, stage).map((reach) => ({ name: container.name, reach })),
    );
    const behind = pathsBehindVolume(resource)
      .filter((path) => !isForContainers(path, false, stage))
      .map((path) => ({
        name: resource.name,
        reach: {
          has: `is a volume of ${path}`,
          means:
            "which is no folder for data (/srv, /opt, /mnt, /media, /data, or one in a home): take one there, or leave driver_opts out",
          word: path,
        },
      }));
    return [...mounted, ...behind]
      .filter(({ reach }) => !holdsSocket(reach.word) && !isAllowed(reach, stage))
      .map(({ name, reach }) => sentenceOf(name, { ...reach, level: "refused" }));
  },
};
