# shellcheck shell=bash
# A Docker Engine that answers. Sourced by demo and test.

# ensure_docker: leaves a Docker Engine that answers as it is; starts one that is installed; installs one on Debian.
ensure_docker() {
    if engine_answers; then
        ok "Docker Engine $(engine_version) answers"
        return
    fi
    check_docker_host || return
    has_engine || install_docker || return
    # Installing it may have started it.
    engine_answers || check_docker_group || return
    engine_answers || start_docker || return
    ok "Docker Engine $(engine_version) answers"
}

engine_answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

engine_version() { docker version --format '{{.Server.Version}}'; }

# check_docker_host: an Engine that the user chose is the user's to start.
check_docker_host() {
    [ -z "${DOCKER_HOST:-}" ] ||
        stop "no Docker Engine answers at DOCKER_HOST=$DOCKER_HOST" \
            "Start that one, or unset DOCKER_HOST to use this machine's own. Then run this command again." || return
    local context
    context=$(docker context inspect --format '{{.Name}}' 2>/dev/null) || context=${DOCKER_CONTEXT:-}
    case ${context:-default} in
        default) ;;
        *)
            stop "no Docker Engine answers in the Docker context $context" \
                "Start that one, or choose this machine's own: docker context use default. Then run this command again."
            ;;
    esac
}

# has_engine: whether there is one to start. A docker command alone says so to those who cannot install one; root, who can, finds dockerd beside it.
has_engine() {
    command -v docker >/dev/null || return
    is_debian_root || return 0
    command -v dockerd >/dev/null || is_desktops "$(readlink -f "$(command -v docker)")"
}

# is_desktops PATH: whether a docker command is that of Docker Desktop for WSL, whose Engine runs beside this machine.
is_desktops() { [[ $1 == */docker-desktop/* ]]; }

install_docker() {
    is_debian_root || stop "Docker is missing" "${get_docker[@]}" || return
    ! command -v docker >/dev/null || say "  There is a docker command, but no Docker Engine."
    install_package docker docker.io
}

get_docker=(
    "On Debian or Ubuntu: sudo apt-get install docker.io && sudo usermod -aG docker \$USER, then log in again."
    "Elsewhere: https://docs.docker.com/engine/install/"
    "Then run this command again."
)

# check_docker_group: tells a user whom the Engine turns away from an Engine that does not run.
check_docker_group() {
    local message
    message=$(docker version 2>&1) || true
    [[ $message != *'permission denied'* ]] ||
        stop "the Docker Engine runs, but $(id -un) may not use it" \
            "Join the group docker: sudo usermod -aG docker $(id -un), then log in again (or: newgrp docker)." \
            "Then run this command again."
}

# start_docker: as a service where systemd runs, else by hand.
start_docker() {
    [ "$(id -u)" = 0 ] ||
        stop "Docker is installed, but no Engine answers" \
            "Start it: sudo systemctl start docker (or start Docker Desktop). Then run this command again." || return
    if [ -d /run/systemd/system ]; then
        begin "starting the Docker Engine (systemctl start docker)"
        quietly systemctl-docker systemctl start docker && engine_answers_within 30 && return
    fi
    start_dockerd
}

# start_dockerd: starts the Engine in the background; it stays when this command has ended.
start_dockerd() {
    command -v dockerd >/dev/null ||
        stop "there is a docker command, and its Docker Engine does not answer" \
            "Start Docker Desktop. Then run this command again." || return
    local log=$logs/dockerd.log
    mkdir -p "$logs"
    begin "starting the Docker Engine (dockerd, log in $log)"
    setsid nohup dockerd >"$log" 2>&1 </dev/null &
    echo $! >"$state/dockerd.pid"
    engine_answers_within 60 || stop "dockerd does not answer after 60 s" "See why in $log, then run this command again."
}

# engine_answers_within SECONDS: waits for it.
engine_answers_within() {
    local until=$((SECONDS + $1))
    while ! engine_answers; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.5
    done
}

# started_dockerd: prints the process id of the Engine that start_dockerd started, if it still runs.
started_dockerd() {
    local pid
    pid=$(cat "$state/dockerd.pid" 2>/dev/null) && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] && echo "$pid"
}
