import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { alias } from "../machine/ssh/files";
import type { Engine } from "../docker/engine";
import type { Say } from "../docker/say";

/** What readying a machine needs. */
export interface EngineInput {
  /** Who logs in there. */
  user: string;
}

/** The machine's Docker Engine. */
export interface EngineResult {
  /** Its version. */
  version: string;
}

/**
 * Makes sure that the stage's machine has a Docker Engine that runs, from the packages of its system (docker.io on Debian, Ubuntu and
 * their kin).
 *
 * @throws Error with the last that the machine said where it could not be installed
 */
export async function engine({ user }: EngineInput, say: Say, _: Engine, folder = ""): Promise<EngineResult> {
  const lines: string[] = [];
  const ssh = ["-F", join(folder, "config"), "-S", "none"];
  const child = spawn("ssh", [...ssh, alias, "sh", "-s", "--", user], { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin.on("error", () => undefined).end(script);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      lines.push(line);
      if (line.startsWith(progress)) say(line.slice(progress.length));
    });
  }
  const code = await new Promise<number>((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done(code ?? 1));
  });
  const version = lines.findLast((line) => line.startsWith(answer))?.slice(answer.length);
  if (code !== 0 || version === undefined) {
    const last = lines.filter((line) => line.trim() && !line.startsWith(progress)).slice(-5);
    throw new Error(
      `Docker could not be installed on the stage's machine: ${last.join(" / ") || `ssh ended with ${code}`}`,
    );
  }
  say(`Docker ${version} runs there`);
  return { version };
}

const progress = "slipway: ";
const answer = "slipway-version: ";

/** What the machine's shell is given, which reads all of it before anything else may read from there. A second run finds everything done. */
const script = `set -eu
user=$1
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -y "$@"; }
main() {
    if ! command -v docker >/dev/null 2>&1; then
        echo "${progress}reading the lists of packages"
        for try in 1 2 3; do
            if apt update; then break; fi
            [ "$try" -lt 3 ]
            sleep 5
        done
        echo "${progress}installing docker.io"
        apt install --no-install-recommends docker.io iptables ca-certificates
        # Newer Debians have the command in a package of its own.
        command -v docker >/dev/null 2>&1 || apt install --no-install-recommends docker-cli
    fi
    if ! as_root docker version >/dev/null 2>&1; then
        echo "${progress}starting the Docker Engine"
        if [ -d /run/systemd/system ]; then
            as_root systemctl enable --now docker
        else
            as_root service docker start
        fi
        tries=0
        until as_root docker version >/dev/null 2>&1; do
            tries=$((tries + 1))
            [ "$tries" -lt 60 ] || { echo "The Docker Engine does not come up."; exit 1; }
            sleep 1
        done
    fi
    if [ "$user" != root ] && ! id -nG "$user" | tr ' ' '\\n' | grep -qx docker; then
        as_root usermod -aG docker "$user"
    fi
    echo "${answer}$(as_root docker version --format '{{.Server.Version}}')"
}
main </dev/null
`;
