# shellcheck shell=bash
# Programs that some tests compare with, taken into the state folder rather than installed: the installed packages
# would run as services, docker-registry on the port of the demo's registry. Sourced by test.

tools=$state/tools

# ensure_test_programs: Docker's registry and HAProxy on PATH, as Debian packages them. Tests of one that cannot be had
# skip themselves, and say so.
ensure_test_programs() {
    export PATH="$PATH:$tools/bin"
    ensure_test_program docker-registry docker-registry
    ensure_test_program haproxy haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1
}

# ensure_test_program PROGRAM PACKAGE…: the program, from packages of which the first holds it.
ensure_test_program() {
    local program=$1
    shift
    if ! command -v "$program" >/dev/null; then
        command -v apt-get >/dev/null || return 0
        begin "taking $program from its Debian package"
        quietly "$program" extract_program "$program" "$@" ||
            { ok "$program cannot be had; its tests are skipped"; return; }
    fi
    ok "$program, for the tests that compare with it"
}

# extract_program PROGRAM PACKAGE…: the packages' files into a folder of their own, and a command that runs the program
# with the libraries among them.
extract_program() {
    (
        local folder=$tools/$1 program=$1
        shift
        rm -rf "$folder" && mkdir -p "$folder" "$tools/bin" && cd "$folder" || return
        apt-get download "$@" || { [ "$(id -u)" = 0 ] && apt-get update && apt-get download "$@"; } || return
        local package
        for package in *.deb; do dpkg -x "$package" . || return; done
        rm -- *.deb
        printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' \
            "$(echo "$folder"/usr/lib/*-linux-gnu)" "$(echo "$folder"/usr/*bin/"$program")" >"$tools/bin/$program"
        chmod +x "$tools/bin/$program" && { "$tools/bin/$program" -v || "$tools/bin/$program" --version; }
    ) || { rm -f "$tools/bin/$1"; return 1; }
}
