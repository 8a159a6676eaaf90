import { posix } from "node:path";
import { containersOf, pathsIn } from "./container";
import type { Rule } from "./rule";

/** Whoever reaches the Engine's socket is root on the machine, and has every stage on it; that the mount is read-only changes nothing. */
export const noDockerSocket: Rule = {
  name: "no-docker-socket",
  description: "No container reaches the socket of the Docker Engine.",
  problems(resource) {
    return containersOf(resource).flatMap((container) =>
      pathsIn(container)
        .filter((path) => holdsSocket(posix.normalize(path)))
        .map(
          (path) =>
            `${container.name} mounts ${path}, through which it has the machine's Docker Engine, and with it the machine: take the mount away, or put a proxy in between that lets through only what it needs.`,
        ),
    );
  },
};

const folders = new Set(["/", "/run", "/run/", "/var", "/var/", "/var/run", "/var/run/"]);

/** The socket of an Engine, or a folder with one in it; a symbolic link's other name is one too. */
function holdsSocket(path: string): boolean {
  return folders.has(path) || /\/(docker|containerd|podman|crio)\.sock$/.test(path);
}
