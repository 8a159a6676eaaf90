# shellcheck shell=bash
# The end-to-end tests on another Docker Engine than the one that `docker` talks to. Sourced by test.

# wrong_with_engine ADDRESS: prints what is wrong with ADDRESS, after "--engine", and fails; is silent where nothing is.
wrong_with_engine() {
    case $1 in
        "" | -*) echo "takes the address of a Docker Engine, as in --engine unix:///run/other.sock" ;;
        unix:///*)
            [ ! -S "${1#unix://}" ] || return 0
            if [ -e "${1#unix://}" ]; then echo "$1: that is no socket"; else echo "$1: there is no such socket"; fi
            ;;
        tcp://*)
            if [[ ! $1 =~ ^tcp://(127(\.[0-9]{1,3}){3}|localhost|\[::1\])(:.*)?$ ]]; then
                echo "$1: the tests reach on this machine's loopback address what containers publish, so the Engine has to be on this machine"
            elif [[ ! $1 =~ :[0-9]{1,5}$ ]]; then
                echo "$1: write a port, as in tcp://127.0.0.1:2375"
            else
                return 0
            fi
            ;;
        *) echo "$1: write unix:///path/to/socket or tcp://127.0.0.1:port" ;;
    esac
    return 1
}

# go_to_engine ADDRESS: leads every docker command from here on to that Engine; fails where it does not answer, with the reason in gone_wrong.
go_to_engine() {
    export DOCKER_HOST=$1 SLIPWAY_TEST_OTHER_ENGINE=$1
    unset DOCKER_CONTEXT
    local said
    said=$(docker version --format '{{.Server.Version}}' 2>&1) && return
    # Read by test.
    # shellcheck disable=SC2034
    gone_wrong="$1: no Docker Engine answers there (${said##*$'\n'})"
    return 1
}
