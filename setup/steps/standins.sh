# shellcheck shell=bash
# Stand-ins for public images where Docker Hub cannot be reached. Sourced by demo and test.

standins_mirror=http://127.0.0.1:5999

# ensure_standins: builds them and starts their registry; what is there is left as it is.
ensure_standins() {
    say "  tests/standins/build.sh (see tests/standins/README.md):"
    tests/standins/build.sh </dev/null | sed 's/^/    /' ||
        stop "the stand-ins could not be built; the message is above" \
            "Or let this machine reach https://registry-1.docker.io. Then run this command again." || return
    ok "stand-ins for the public images are in $standins_mirror"
}

# ask_hub: true if public images come from Docker Hub itself.
ask_hub() {
    begin "asking Docker Hub"
    if tests/standins/build.sh --check >/dev/null 2>&1; then
        ok "public images come from Docker Hub"
    else
        ok "Docker Hub cannot be reached: stand-ins are built from Debian's packages instead"
        return 1
    fi
}

# ensure_images: Docker Hub, or the mirror of it that a person has set, or stand-ins.
ensure_images() {
    local mirror
    mirror=$(setting "$builder" 'registry.mirrors["docker.io"]') || mirror=
    if [ -n "$mirror" ] && [ "$mirror" != "$standins_mirror" ]; then
        ok "public images come from $mirror, as Pulumi.$builder.yaml says"
        return
    fi
    # A stage that began with stand-ins stays with them: a database opens only with the version that it was made by.
    if [ -z "$mirror" ] && ask_hub; then return; fi
    ensure_standins || return
    [ -z "$mirror" ] || return 0
    setting "$builder" registry.kind >/dev/null || set_setting "$builder" registry.kind local || return
    set_setting "$builder" 'registry.mirrors["docker.io"]' "$standins_mirror" || return
    ok "$builder: set slipway:registry.mirrors, so that releases take the stand-ins"
}
