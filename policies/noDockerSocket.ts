import { posix } from "node:path";
import { containersOf, pathBehind, pathsIn } from "./container";
import type { Rule } from "./rule";

/**
 * Access to the Engine's socket is root on the machine and over every stage there; a read-only mount gives the same
 * access.
 */
export const noDockerSocket: Rule = {
  name: "no-docker-socket",
  description: "No container reaches the socket of the Docker Engine.",
  problems(resource) {
    const behind = pathBehind(resource);
    const mounted = containersOf(resource).flatMap((container) =>
      pathsIn(container).map((path) => ({ name: container.name, path })),
    );
    return [...mounted, ...(behind === undefined ? [] : [{ name: resource.name, path: behind }])]
      .filter(({ path }) => holdsSocket(path))
      .map(
        ({ name, path }) =>
          `${name} mounts ${path}, through which it has the machine's Docker Engine, and with it the machine: take the mount away, or put a proxy in between that lets through only what it needs.`,
      );
  },
};

/** The socket of an Engine, in any folder. */
const sockets = /\/(docker|containerd|podman|crio)(\.raw)?\.sock$/;

/** The folders that hold a socket, or the folder of one. `/run` has two names, and `/` is empty without its slash. */
const folders = /^((\/var)?\/run(\/(containerd|crio|podman|user(\/\d+(\/podman)?)?))?|\/var)?$/;

function holdsSocket(path: string): boolean {
  const plain = posix.normalize(path).replace(/\/+$/, "");
  return folders.test(plain) || sockets.test(plain);
}
