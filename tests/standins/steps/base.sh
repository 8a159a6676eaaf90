# The Debian root that all stand-ins share. Sourced by build.sh.

suite=bookworm
base_image=slipway-standins/base:$suite
host_bundle=/etc/ssl/certs/ca-certificates.crt

# base_recipe: prints what the base image is made of, as one hash.
base_recipe() {
    { cat "$here/steps/base.sh"; cat "$host_bundle" 2>/dev/null || true; } | sha256sum | cut -c1-16
}

# recipe_of IMAGE: prints the recipe that IMAGE was built by; empty for no image and for one that is no stand-in.
recipe_of() {
    docker image inspect --format '{{index .Config.Labels "slipway.standin.recipe"}}' "$1" 2>/dev/null || true
}

# need PROGRAM PACKAGE: installs PACKAGE where PROGRAM is missing.
need() {
    command -v "$1" >/dev/null && return
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
        fail "$1 is missing; install the package $2 (on Debian or Ubuntu: sudo apt-get install $2) and run this again"
    say "installing the Debian package $2"
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$2"; } >/dev/null ||
        fail "apt-get could not install $2; see its message above"
}

# own_mirror: prints where this machine's Debian packages come from, as its package sources say; nothing on another system.
own_mirror() {
    local id codename
    id=$(. /etc/os-release && echo "$ID") && codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}") || return 0
    [ "$id" = debian ] && command -v apt-get >/dev/null || return 0
    # shellcheck disable=SC2016 # apt fills these in.
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' |
        awk -v release="$codename" '$2 == release && $3 == "main" { print $1; exit }'
}

# make_base: makes the shared Debian root, unless it is there.
make_base() {
    [ "$(recipe_of "$base_image")" = "$(base_recipe)" ] && return
    need mmdebstrap mmdebstrap
    say "making a Debian $suite root (once, about a minute)"
    local work
    # Without its lists, apt does not tell.
    [ -n "$mirror" ] || mirror=$(own_mirror)
    [ -n "$mirror" ] || { apt-get update >/dev/null 2>&1 && mirror=$(own_mirror); } || true
    [ -n "$mirror" ] || fail "this machine's package sources name no Debian; say where Debian's packages come from: --mirror URL"
    work=$(mktemp -d)
    # Dates are not checked, because a mirror may be a snapshot. The host's certificates come along, so that what the
    # host may speak TLS to, a build step may too.
    cat >"$work/customize" <<'HOOK'
#!/bin/sh
set -e
mkdir -p "$1/etc/ssl/certs"
[ ! -f "$HOST_BUNDLE" ] || cp "$HOST_BUNDLE" "$1/etc/ssl/certs/ca-certificates.crt"
rm -rf "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/var/cache/debconf/*-old "$1"/var/log/*.log
HOOK
    chmod +x "$work/customize"
    HOST_BUNDLE=$host_bundle mmdebstrap --quiet --variant=apt \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' \
        --customize-hook="$work/customize \"\$1\"" "$suite" "$work/root.tar" "$mirror" ||
        { rm -rf "$work"; fail "no Debian root could be made from $mirror; give a mirror that can be reached: --mirror URL"; }
    docker import --change "LABEL slipway.standin.recipe=$(base_recipe)" --change 'CMD ["bash"]' \
        "$work/root.tar" "$base_image" >/dev/null
    rm -rf "$work"
}
