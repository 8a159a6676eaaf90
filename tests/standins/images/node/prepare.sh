#!/usr/bin/env bash
# Brings the official Node binary and npm, as the npm registry packages them, into the build context given as $1:
# Debian's Node is an older one, and a build step has no npm to fetch them with.
set -euo pipefail
cd "$1"
node_version=22.23.3
npm_version=10.9.9
case $(docker version --format '{{.Server.Arch}}') in
    amd64) arch=x64 ;;
    arm64) arch=arm64 ;;
    *) echo "standins: the npm registry has no Node binary for this machine's architecture" >&2; exit 1 ;;
esac
unpack() {
    npm pack --silent "$1" >/dev/null || { echo "standins: $1 could not be had from the npm registry" >&2; exit 1; }
    mkdir "$2" && tar -xzf ./*.tgz -C "$2" --strip-components=1 && rm ./*.tgz
}
unpack "node-linux-$arch@$node_version" node
unpack "npm@$npm_version" npm
chmod 755 npm/bin/npm-cli.js npm/bin/npx-cli.js
