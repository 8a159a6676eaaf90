#!/usr/bin/env bash
# Builds stand-ins for the few public images that the demo and the tests use, and offers them in a registry on
# loopback, for machines from which Docker Hub cannot be reached. See README.md beside this file.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
name=slipway-standins
port=5999
# Where Debian's packages come from, which steps/base.sh finds out.
mirror=

usage() {
    cat <<USAGE
Usage: tests/standins/build.sh [--check] [--name NAME] [--port PORT] [--mirror URL]

Builds stand-ins for public images from Debian's packages, tags them with their public names in the local Docker
Engine, and offers them in a registry on loopback. What is there already is left as it is.

  --check        build nothing; exit 0 if Docker Hub can be reached (no stand-ins needed), 1 if it cannot
  --name NAME    name of the registry's container and volume (default $name)
  --port PORT    port of the registry on 127.0.0.1 (default $port)
  --mirror URL   where Debian's packages come from (default: where this machine's own do, if it is a Debian)
USAGE
}

check_only=no
while [ $# -gt 0 ]; do
    case $1 in
        --check) check_only=yes ;;
        --name | --port | --mirror)
            [ $# -ge 2 ] || { echo "standins: $1 needs a value" >&2; exit 2; }
            printf -v "${1#--}" '%s' "$2"
            shift
            ;;
        -h | --help) usage; exit 0 ;;
        *) echo "standins: unknown argument '$1'; see --help" >&2; exit 2 ;;
    esac
    shift
done

say() { echo "standins: $*"; }
fail() { echo "standins: $*" >&2; exit 1; }

source "$here/steps/hub.sh"
source "$here/steps/base.sh"
source "$here/steps/images.sh"
source "$here/steps/serve.sh"

if [ "$check_only" = yes ]; then
    hub_answers && { say "Docker Hub can be reached: no stand-ins needed"; exit 0; }
    say "Docker Hub cannot be reached from here: build stand-ins with tests/standins/build.sh"
    exit 1
fi

docker version >/dev/null 2>&1 || fail "no Docker Engine answers; start Docker, or set DOCKER_HOST to where one runs"

# One run at a time: two would build the same images twice.
exec 9>"${TMPDIR:-/tmp}/slipway-standins.lock"
flock 9

build_images
serve_images
report
