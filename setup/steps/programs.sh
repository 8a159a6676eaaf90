# shellcheck shell=bash
# Programs that some tests compare with, taken into the state folder rather than installed. Sourced by test.

tools=$state/tools

# ensure_registry_program: docker-registry on PATH, Docker's own registry as Debian packages it; tests of it skip
# themselves without. The installed package would run as a service, on the port of the demo's registry.
ensure_registry_program() {
    export PATH="$PATH:$tools/usr/bin"
    if ! command -v docker-registry >/dev/null; then
        command -v apt-get >/dev/null || return 0
        begin "taking docker-registry from its Debian package"
        quietly docker-registry extract_package docker-registry ||
            { ok "docker-registry cannot be had; its tests are skipped"; return; }
    fi
    ok "docker-registry for the tests of the registry client"
}

# extract_package PACKAGE: its files, below the tools folder.
extract_package() {
    (
        mkdir -p "$tools" && cd "$tools" || return
        apt-get download "$1" || { [ "$(id -u)" = 0 ] && apt-get update && apt-get download "$1"; } || return
        dpkg -x "$1"_*.deb . && rm "$1"_*.deb
    )
}
