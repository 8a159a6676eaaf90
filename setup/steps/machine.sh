# shellcheck shell=bash
# What the machine must bring: Node with npm, and git. Sourced by demo and test.

# check_programs: Node >= 20.19 and npm, which run everything here, and git, by which a release is named.
check_programs() {
    command -v node >/dev/null ||
        stop "Node is missing; Slipway needs Node 20.19 or later" "${get_node[@]}" || return
    node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
        stop "Node $(node --version) is too old; Slipway needs Node 20.19 or later" "${get_node[@]}" || return
    command -v npm >/dev/null || stop "npm is missing; it comes with Node" "${get_node[@]}" || return
    command -v git >/dev/null || install_package git git || return
    ok "Node $(node --version), npm $(npm_quietly --version), git"
}

get_node=(
    "Get it from https://nodejs.org/en/download (22 LTS is a good choice),"
    "or with nvm (https://github.com/nvm-sh/nvm): nvm install 22"
    "Then run this command again."
)

# npm_quietly ARGUMENT…: npm without what a person's own npm settings make it say.
npm_quietly() { npm --loglevel=error "$@"; }

# is_debian_root: true where packages can be installed: as root on Debian, Ubuntu or their like.
is_debian_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# install_package PROGRAM PACKAGE: installs a Debian package for a PROGRAM that is missing.
install_package() {
    is_debian_root ||
        stop "$1 is missing" "Install it (on Debian or Ubuntu: sudo apt-get install $2), then run this command again." || return
    begin "installing the Debian package $2"
    { quietly apt-update apt-get update && DEBIAN_FRONTEND=noninteractive quietly "apt-$2" apt-get install -y "$2"; } ||
        stop "apt-get could not install $2" "Install it by hand (apt-get install $2), then run this command again." || return
    ok "installed the Debian package $2"
}
