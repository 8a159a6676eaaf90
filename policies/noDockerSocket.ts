import { posix } from "node:path";
import { containersOf, pathsBehindVolume, pathsIn } from "./container";
import { isAllowed } from "./hostAccess";
import type { Rule } from "./rule";

/**
 * Access to the Engine's socket is root on the machine and over every stage there; a read-only mount gives the same
 * access.
 */
export const noDockerSocket: Rule = {
  name: "no-docker-socket",
  description: "No container reaches the socket of the Docker Engine.",
  problems(resource, stage) {
    const mounted = containersOf(resource).flatMap((container) =>
      pathsIn(container).map((path) => ({ name: container.name, path })),
    );
    return [...mounted, ...pathsBehindVolume(resource).map((path) => ({ name: resource.name, path }))]
      .filter(({ path }) => holdsSocket(path) && !isAllowed({ word: path }, stage))
      .map(
        ({ name, path }) =>
          `${name} mounts ${path}, through which it has the machine's Docker Engine, and with it the machine: take the mount away, or put a proxy in between that lets through only what it needs; where it cannot do without, write ${path} into slipway:allow.`,
      );
  },
};

/** The socket of an Engine, in any folder. */
const sockets = /\/(docker|containerd|podman|crio)(\.raw)?\.sock$/;

/** The folders that hold a socket, or the folder of one. `/run` has two names, and `/` is empty without its slash. */
const folders = /^((\/var)?\/run(\/(containerd|crio|podman|user(\/\d+(\/podman)?)?))?|\/var)?$/;

/** Whether a path is the socket of an Engine, or a folder that holds one. */
export function holdsSocket(path: string): boolean {
  const plain = posix.normalize(path).replace(/\/+$/, "");
  return folders.test(plain) || sockets.test(plain);
}
