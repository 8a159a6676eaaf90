# The registry on loopback that offers the stand-ins as a mirror of Docker Hub would. Sourced by build.sh.

# serve_images: starts the registry and pushes what it lacks.
serve_images() {
    start_registry
    local image
    for image in $(public_names); do offer "$image"; done
}

# registry_state: prints whether the registry's container runs, and its port; nothing where there is no such container.
registry_state() {
    docker container inspect --format \
        '{{.State.Running}} {{range index .HostConfig.PortBindings "5000/tcp"}}{{.HostPort}}{{end}}' "$name" 2>/dev/null |
        grep . || true
}

# start_registry: starts the registry's container, unless it runs. Its data is on a volume of the same name.
start_registry() {
    case $(registry_state) in
        "true $port") return ;;
        "false $port") docker start "$name" >/dev/null ;;
        "")
            docker run -d --name "$name" --label slipway.standins=source-registry --restart unless-stopped \
                -p "127.0.0.1:$port:5000" -v "$name:/var/lib/registry" registry:2 >/dev/null ||
                fail "the registry could not be started on 127.0.0.1:$port; choose another port with --port"
            ;;
        *) fail "a container named $name is there and does not publish port $port; give its port, or another --name" ;;
    esac
    say "started the registry $name on 127.0.0.1:$port"
    local tries
    for tries in {1..50}; do
        [ "$(http_status "http://127.0.0.1:$port/v2/")" = 200 ] && return
        sleep 0.1
    done
    fail "the registry $name does not answer on 127.0.0.1:$port; see: docker logs $name"
}

# hub_path NAME: prints where Docker Hub has an image: those without an owner are of the library.
hub_path() { case $1 in */*) echo "$1" ;; *) echo "library/$1" ;; esac; }

# offer IMAGE: pushes IMAGE where Docker Hub has it, under an index as public images have one, unless it is there. A tag that
# names the image's id marks what was pushed.
offer() {
    local repository id mark
    repository=127.0.0.1:$port/$(hub_path "${1%%:*}")
    id=$(docker image inspect --format '{{.Id}}' "$1")
    mark=standin-${1#*:}-${id:7:16}
    node "$here/steps/index.mjs" has "$repository" "$mark" "${1#*:}" && return
    say "offering $1 in the registry"
    docker tag "$1" "$repository:$mark"
    docker push --quiet "$repository:$mark" >/dev/null || fail "$1 could not be pushed to 127.0.0.1:$port"
    # The name is of no use here any more, and a second repository's digest on an image misleads who reads its first.
    docker rmi "$repository:$mark" >/dev/null
    node "$here/steps/index.mjs" wrap "$repository" "$mark" "${1#*:}"
}

# report: prints what there is.
report() {
    local image
    say "there is, locally and in http://127.0.0.1:$port (a mirror of docker.io; container $name):"
    for image in $(public_names); do
        printf '  %-14s %s\n' "$image" "$(docker image inspect \
            --format '{{or (index .Config.Labels "slipway.standin.program") "the real image"}}' "$image")"
    done
}
