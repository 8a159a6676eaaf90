#!/usr/bin/env bash
# Runs the edge, and takes a switch back that nobody has confirmed in time: whoever made it may be gone.
set -u

state=${EDGE_STATE:-/var/lib/haproxy}
config=${EDGE_CONFIG:-/usr/local/etc/haproxy}
given=${EDGE_GIVEN:-/certificates}
admin_port=9901

say() { echo "guard: $*"; }

# replace FILE: puts what comes on standard input in the place of FILE, whole or not at all.
replace() { cat >"$1.next" && mv "$1.next" "$1"; }

# begin: makes what a new edge lacks.
begin() {
    [ -s "$state/serving.map" ] || echo "slot none" | replace "$state/serving.map"
    [ -s "$state/releases.map" ] || printf 'a none\nb none\n' | replace "$state/releases.map"
    [ -e "$state/containers" ] || : >"$state/containers"
    # Who calls whom before a switch is for that switch alone.
    : >"$state/peers.map"
    mkdir -p "$state/certificates"
    if is_new; then take_certificate; fi
}

# is_new: is there a certificate that the edge does not serve with?
is_new() { [ -e "$given/edge.pem" ] && ! cmp -s "$given/edge.pem" "$state/certificates/edge.pem"; }

take_certificate() { (umask 077 && replace "$state/certificates/edge.pem") <"$given/edge.pem"; }

# serve_certificate: has the running edge serve with the certificate that is there, connections that are open go on.
serve_certificate() {
    local file=$state/certificates/edge.pem
    take_certificate
    administer "new ssl cert $file" >/dev/null
    administer "set ssl cert $file <<
$(cat "$file")
" >/dev/null
    administer "commit ssl cert $file" >/dev/null
    administer "add ssl crt-list $state/certificates $file" >/dev/null
    say "serving with a new certificate"
}

# container SLOT SERVICE: prints the name of the service's container in that slot.
container() {
    local slot service name
    while read -r slot service name; do
        if [ "$slot" = "$1" ] && [ "$service" = "$2" ]; then echo "$name"; return; fi
    done <"$state/containers"
    echo none.invalid
}

# servers: prints a place in each slot for each upstream.
servers() {
    local name service port mode slot
    while read -r name service port mode; do
        for slot in a b; do
            printf 'backend %s_%s\n  mode %s\n  server app %s:%s\n' \
                "$name" "$slot" "$mode" "$(container "$slot" "$service")" "$port"
        done
    done <"$config/upstreams"
}

# administer COMMANDS: has the running edge carry out a line of commands.
administer() {
    exec 3<>"/dev/tcp/127.0.0.1/$admin_port" || return
    printf '%s\n' "$1" >&3
    timeout 5 cat <&3
    exec 3>&-
}

# go_back: sends traffic where it went before the switch, if nobody confirms the switch at this very moment.
go_back() {
    local until slot
    mv "$state/pending" "$state/returning" 2>/dev/null || return
    read -r until slot <"$state/returning"
    echo "slot $slot" | replace "$state/serving.map"
    administer "set map $state/serving.map slot $slot; clear map $state/peers.map" >/dev/null
    rm -f "$state/returning"
    say "nobody confirmed the switch in time: back to slot $slot"
}

# watch: looks for a switch whose time is up.
watch() {
    local until slot
    [ -e "$state/returning" ] && mv "$state/returning" "$state/pending"
    if [ -e "$state/pending" ] && read -r until slot <"$state/pending"; then
        [ "$(date +%s)" -le "$until" ] || go_back
    fi
}

if [ "${1:-run}" = servers ]; then
    servers
    exit
fi

begin
servers | replace "$state/servers.cfg"
haproxy -W -db -f "$config/haproxy.cfg" -f "$state/servers.cfg" &
edge=$!
trap 'kill -USR1 $edge' USR1
trap 'kill -TERM $edge' TERM INT
while kill -0 "$edge" 2>/dev/null; do
    watch
    if is_new; then serve_certificate; fi
    sleep 0.5 &
    wait $!
done
wait "$edge"
