#!/usr/bin/env bash
# The door of a name: whoever calls the name arrives here, on whichever port, and is passed on to the edge with a word on who has called and
# which name (PROXY protocol, version 2). NAME: the service. `door.sh listen PORT…` has the running door listen on ports as well.
set -u

state=${DOOR_STATE:-/var/lib/haproxy}
edge=${EDGE:-slipway-edge}
edge_port=9904

# config: prints the door's configuration.
config() {
    local port
    cat <<END
global
  log stdout format raw local0
  nbthread 1
  maxconn 4000
  hard-stop-after 24h
  mworker-max-reloads 8
resolvers docker
  nameserver dns 127.0.0.11:53
  timeout resolve 1s
  timeout retry 1s
  hold valid 1s
  hold obsolete 1s
defaults
  mode tcp
  option clitcpka
  option srvtcpka
  timeout connect 5s
  timeout client 24h
  timeout server 24h
listen door
  bind unix@$state/door.sock
END
    while read -r port; do
        echo "  bind :$port"
        # A name has an address of IPv6 where its network has such.
        if has_ipv6; then echo "  bind [::]:$port v6only"; fi
    done <"$state/ports"
    cat <<END
  unique-id-format $NAME
  server edge $edge:$edge_port send-proxy-v2 proxy-v2-options unique-id init-addr none resolvers docker resolve-prefer ipv4
END
}

has_ipv6() { grep -qv ' lo$' /proc/net/if_inet6 2>/dev/null; }

# listens PORT: whether somebody listens on a port in here (proc(5): 0A is a socket that listens).
listens() { grep -qE "^ *[0-9]+: [0-9A-F]+:$(printf '%04X' "$1") [0-9A-F:]+ 0A " /proc/net/tcp; }

# listen PORTS: listens on ports as well; connections that are open go on.
listen() {
    local port until
    exec 9>"$state/lock"
    flock --wait 30 9 || return 1
    { cat "$state/ports"; printf '%s\n' "$@"; } | sort -nu >"$state/ports.next"
    if cmp -s "$state/ports.next" "$state/ports"; then return; fi
    mv "$state/ports.next" "$state/ports"
    config >"$state/door.cfg"
    until=$((SECONDS + 20))
    # One that has only just started may not hear it the first time.
    while ! load "$@"; do
        [ "$SECONDS" -le "$until" ] || { echo "door: not listening on all of $*" >&2; return 1; }
    done
}

# load PORTS: has the door load its configuration, and waits a moment until it listens on ports.
load() {
    local port until=$((SECONDS + 4))
    kill -USR2 1
    for port in "$@"; do
        until listens "$port"; do
            [ "$SECONDS" -le "$until" ] || return 1
            sleep 0.05
        done
    done
}

case ${1:-run} in
    config) config; exit ;;
    listen) shift; listen "$@"; exit ;;
esac

[ -e "$state/ports" ] || : >"$state/ports"
config >"$state/door.cfg"
exec haproxy -W -db -f "$state/door.cfg"
