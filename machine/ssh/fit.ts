import type { HostFacts } from "./facts";
import { nameOf, type SshHost } from "./host";

/** MiB. Less than this and Docker fails somewhere in the middle; a rollback, whose images are there, needs no more. */
const least = 64;

/**
 * Says what keeps a machine from running a stage; undefined where it can, or can once Docker has been installed there.
 *
 * @param facts what the machine tells of itself
 */
export function unfit(machine: SshHost, facts: HostFacts): string | undefined {
  const name = `The machine ${nameOf(machine)}`;
  const { hasDocker, mayUse, hasApt, isRoot, platform, room } = facts;
  if (!platform.startsWith("linux/")) {
    return `${name} is no Linux machine (${platform}): take one that is.`;
  }
  if (!hasDocker && !hasApt) {
    return `${name} has no Docker, and no apt-get to install it with: install it there (https://docs.docker.com/engine/install/).`;
  }
  if (!hasDocker && !isRoot) {
    return `${name} has no Docker, and ${machine.user} may not install it: take a user who is root or may run sudo without a password, or install Docker there.`;
  }
  if (hasDocker && mayUse === undefined) {
    return `The Docker Engine of the machine ${nameOf(machine)} does not run: start it there (systemctl start docker).`;
  }
  if (hasDocker && !mayUse) {
    return `${name} does not let ${machine.user} use its Docker Engine: add that user to the group docker there (usermod -aG docker ${machine.user}).`;
  }
  if (room && room.left < least) {
    return `${name} has ${room.left} MiB left in ${room.folder}, too little for containers to start: make room there (docker system prune takes what nothing uses), or give it a larger disk.`;
  }
  return undefined;
}
