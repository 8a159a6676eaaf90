import { listeningOn, listeningScript } from "./listening";

/** What a machine's shell tells of it before anything is asked of its Docker Engine. */
export interface HostFacts {
  /** As Docker writes it: `linux/amd64`. */
  platform: string;
  /** The home of the user that is logged in, absolute; undefined: it has none. */
  home?: string;
  /** Whether the `docker` command is there. */
  hasDocker: boolean;
  /** Whether the user may use the Docker Engine's socket; undefined: there is none, as the Engine does not run. */
  mayUse?: boolean;
  /** Whether packages come by apt-get, as on Debian and its kin. */
  hasApt: boolean;
  /** Whether the user is root, or may become it without being asked. */
  isRoot: boolean;
  /** Where Docker keeps its data, or will, and how much room is left there, in MiB. */
  room?: { folder: string; left: number };
  /** Whether somebody listens on a port, on an address or, without one, on any. */
  holds: (port: number, ip?: string) => boolean;
}

const socket = "/var/run/docker.sock";

/** What tells {@link HostFacts}, for a POSIX shell: a line a fact, then the ports that are listened on. */
export const factsScript = [
  'echo "system $(uname -s) $(uname -m)"',
  `printf 'home %s\\n' "$HOME"`,
  "command -v docker >/dev/null 2>&1 && echo docker",
  `if [ -w ${socket} ]; then echo socket; elif [ -e ${socket} ]; then echo forbidden; fi`,
  "command -v apt-get >/dev/null 2>&1 && echo apt",
  '{ [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; } && echo root',
  // The first that is there: a VM's data disk, Docker's own folder, and before Docker is installed what it will be in.
  'for folder in /var/lib/slipway/docker /var/lib/docker /var/lib; do [ ! -d "$folder" ] || break; done',
  `df -Pk "$folder" 2>/dev/null | awk -v folder="$folder" 'NR == 2 { print "room", $4, folder }'`,
  listeningScript,
].join("; ");

/** As Go, and with it Docker, calls what `uname -m` says. */
const architectures: Record<string, string> = {
  x86_64: "amd64",
  aarch64: "arm64",
  armv7l: "arm/v7",
  armv6l: "arm/v6",
  i686: "386",
  ppc64le: "ppc64le",
  s390x: "s390x",
  riscv64: "riscv64",
};

/**
 * Reads what a machine tells of itself.
 *
 * @param said what {@link factsScript} prints
 */
export function readFacts(said: string): HostFacts {
  const lines = said.split("\n");
  const [, system = "", architecture = ""] = /^system (\S+) (\S+)$/m.exec(said) ?? [];
  const [, room, folder = ""] = /^room (\d+) (\S+)$/m.exec(said) ?? [];
  const [, home] = /^home (\/.*)$/m.exec(said) ?? [];
  const has = (word: string): boolean => lines.includes(word);
  return {
    platform: `${system.toLowerCase()}/${architectures[architecture] ?? architecture}`,
    ...(home === undefined ? {} : { home }),
    hasDocker: has("docker"),
    ...(has("socket") ? { mayUse: true } : has("forbidden") ? { mayUse: false } : {}),
    hasApt: has("apt"),
    isRoot: has("root"),
    ...(room === undefined ? {} : { room: { folder, left: Math.floor(Number(room) / 1024) } }),
    holds: listeningOn(said),
  };
}
