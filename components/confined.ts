import { dirname } from "node:path/posix";
import type * as docker from "@pulumi/docker";

/**
 * What holds for each of Slipway's own containers: no capability but those that it needs, and none to be had later. A limit of its processes
 * would stand here as well; the Docker provider (5.2.0) has no input for one.
 *
 * @param adds the capabilities that it needs all the same, as the Engine writes it: `CAP_CHOWN`
 */
export function confined(...adds: string[]): Pick<docker.ContainerArgs, "capabilities" | "securityOpts"> {
  return {
    capabilities: { drops: ["ALL"], ...(adds.length > 0 ? { adds } : {}) },
    securityOpts: ["no-new-privileges:true"],
  };
}

/**
 * Where a container that cannot write to its own file system has the files that it is made with: in memory, below a folder that each image has.
 * Memory elsewhere is for any user at the first start alone: runc makes the folder for it, and gives it that folder's mode whenever the
 * container starts again.
 */
export const programFolder = "/tmp/slipway";

/**
 * A container whose own file system is read-only. The Engine puts no file into such a one, so its files come with its environment, and it writes
 * them to memory whenever it starts.
 *
 * @param shell that its image has
 * @param program the file to be run, in {@link programFolder}
 * @param files by path, all of them in that folder; nothing secret, because an environment can be read by all who may ask the Engine
 */
export function readOnly(
  shell: "bash" | "sh",
  program: string,
  files: Readonly<Record<string, string>>,
): Pick<docker.ContainerArgs, "readOnly" | "tmpfs" | "entrypoints"> & { envs: string[] } {
  const names = Object.keys(files).map((path, index) => ({ path, name: `SLIPWAY_FILE_${index}` }));
  const write = names.map(({ path, name }) => `printf %s "$${name}" >${path} && unset ${name} && `).join("");
  return {
    readOnly: true,
    tmpfs: { "/tmp": "size=16m" },
    entrypoints: [shell, "-c", `mkdir -p ${dirname(program)} && ${write}exec ${shell} ${program}`],
    envs: names.map(({ path, name }) => `${name}=${files[path]}`),
  };
}
