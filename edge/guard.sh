#!/usr/bin/env bash
# Runs the edge, and takes a switch back that nobody has confirmed in time: whoever made it may be gone.
# `guard.sh configure` gives the running edge another configuration, which comes on standard input.
set -u

state=${EDGE_STATE:-/var/lib/haproxy}
given=${EDGE_GIVEN:-/certificates}
config=$state/edge.cfg
master_port=9900
admin_port=9901
# How long, in seconds, requests under way have to end when the edge is stopped.
grace=8

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
    # An edge of another version that waited here and did not stay has put this one's configuration away.
    if [ -s "$config.kept" ] && { [ ! -s "$config" ] || grep -q '^frontend waiting$' "$config"; }; then mv "$config.kept" "$config"; fi
    servers "$config" | replace "$state/servers.cfg"
    # An edge of another version may have left what this one cannot read: it waits for its own, and keeps that one for its return.
    if [ ! -s "$config" ] || ! check "$config" "$state/servers.cfg"; then
        [ ! -s "$config" ] || mv "$config" "$config.kept"
        bare | replace "$config"
        : >"$state/servers.cfg"
        say "waiting for a configuration"
    fi
}

# bare: what an edge runs with until it is told where to listen.
bare() {
    printf 'global\n  stats socket ipv4@127.0.0.1:%s level admin\n' "$admin_port"
    printf 'defaults\n  timeout client 5s\n  timeout connect 5s\n  timeout server 5s\n'
    printf 'frontend waiting\n  mode http\n  bind 127.0.0.1:9902\n  http-request return status 503\n'
}

# check CONFIG SERVERS: whether HAProxy takes it; says why not.
check() {
    local said
    said=$(haproxy -c -f "$1" -f "$2" 2>&1) || { echo "$said" >&2; return 1; }
}

# is_new: is there a certificate that the edge does not serve with?
is_new() { [ -e "$given/edge.pem" ] && ! cmp -s "$given/edge.pem" "$state/certificates/edge.pem"; }

take_certificate() { (umask 077 && replace "$state/certificates/edge.pem") <"$given/edge.pem"; }

# serve_certificate: has the running edge serve with the certificate that is there, connections that are open go on. Not while another
# configuration is being loaded: the process to come has read the certificates by then, and would not be told of this one.
serve_certificate() {
    local file=$state/certificates/edge.pem
    exec 9>"$state/lock"
    flock 9
    take_certificate
    administer "new ssl cert $file" >/dev/null
    administer "set ssl cert $file <<
$(cat "$file")
" >/dev/null
    administer "commit ssl cert $file" >/dev/null
    administer "add ssl crt-list $state/certificates $file" >/dev/null
    exec 9>&-
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

# servers CONFIG: prints a server for each place that the configuration names. One whose address the running edge knows begins with it, so that
# none is without for a moment. A place without a port is asked on the port that the caller has asked for.
servers() {
    local mark word name slot service port mode host
    local -A known=()
    [ -s "$1" ] || return 0
    while read -r _ name _ _ port mode _ _ _ _ _ _ _ _ _ _ _ host _; do
        [[ $port =~ ^[0-9a-f.:]+$ ]] && known["$name $host"]=$port
    done < <(administer "show servers state" 2>/dev/null)
    while read -r mark word name slot service port mode; do
        [ "$mark $word" = "# place" ] || continue
        host=$(container "$slot" "$service")
        printf 'backend %s\n  mode %s\n' "$name" "${mode/h2/http}"
        [ "$mode" != tcp ] || printf '  timeout server 24h\n  option srvtcpka\n'
        printf '  server app %s' "$host"
        [ "$port" = 0 ] || printf ':%s' "$port"
        [ "$mode" != h2 ] || printf ' proto h2'
        [ -z "${known["$name $host"]:-}" ] || printf ' init-addr %s,none' "${known["$name $host"]}"
        printf '\n'
    done <"$1"
}

# ask PORT LINES: prints what a port of the edge answers to lines.
ask() {
    { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return
    printf '%s\n' "$2" >&3
    timeout 5 cat <&3
    exec 3>&-
}

# administer COMMANDS: has the running edge carry out a line of commands.
administer() { ask "$admin_port" "$1"; }

# supervise COMMAND: has the process that supervises the edge's processes carry out a command.
supervise() { ask "$master_port" "$1
quit"; }

# workers: prints the processes of the edge that there are, the current one first.
workers() {
    local pid kind
    supervise "show proc" | while read -r pid kind _; do
        if [ "$kind" = worker ]; then echo "$pid"; fi
    done
}

current() { local pid; read -r pid < <(workers) && echo "$pid"; }

# hand_on: has the processes that were there before a reload pass on what they are still asked: they do not learn of a switch.
hand_on() {
    local pid
    workers | while read -r pid; do
        [ "$pid" = "$1" ] || supervise "@!$pid set map $state/serving.map slot onward" >/dev/null
    done
}

# configure: puts a configuration in the place of the one there is, and has the edge load it; connections that are open go on.
configure() {
    local before until now
    exec 9>"$state/lock"
    flock --wait 10 9 || { say "another configuration is being loaded" >&2; return 1; }
    cat >"$config.next"
    servers "$config.next" >"$state/servers.cfg.next"
    check "$config.next" "$state/servers.cfg.next" || return 1
    before=$(current)
    mv "$state/servers.cfg.next" "$state/servers.cfg"
    mv "$config.next" "$config"
    rm -f "$config.kept"
    kill -USR2 "$(cat "$state/master")" || return 1
    until=$((SECONDS + 20))
    while [ "$SECONDS" -le "$until" ]; do
        now=$(current)
        # The one that is asked must be the new one, too.
        if [ -n "$now" ] && [ "$now" != "$before" ] && [[ $(administer "show info") == *"Pid: $now"* ]]; then
            hand_on "$now"
            # Where the container's log is.
            say "$now has taken over from $before" >"/proc/1/fd/1" 2>/dev/null
            return 0
        fi
        sleep 0.05
    done
    say "the new configuration is not loaded" >&2
    return 1
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

case ${1:-run} in
    servers) servers "$config"; exit ;;
    configure) configure; exit ;;
    hand-on) hand_on "$(current)"; exit ;;
    sessions) workers | while read -r pid; do supervise "@!$pid show stat -1 2 -1"; done; exit ;;
esac

begin
haproxy -W -db -S "127.0.0.1:$master_port,level,admin" -f "$config" -f "$state/servers.cfg" &
edge=$!
echo "$edge" >"$state/master"
stopping=
trap 'kill -USR1 $edge; stopping=$SECONDS' USR1
trap 'kill -TERM $edge' TERM INT
while kill -0 "$edge" 2>/dev/null; do
    watch
    if is_new; then serve_certificate; fi
    # What would not end by itself must not keep the machine from stopping.
    [ -z "$stopping" ] || [ $((SECONDS - stopping)) -lt "$grace" ] || kill -TERM "$edge"
    sleep 0.5 &
    wait $!
done
wait "$edge"
