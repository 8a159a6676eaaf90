#!/usr/bin/env bash
# A part of guard.sh, for an edge that has several containers of a service in one place.

# servers CONFIG: as in guard.sh, with a server for each container; the names of several stand in one word, with slashes in between.
servers() {
    local mark word name slot service port mode count host number server
    local -a hosts
    local -A known=()
    [ -s "$1" ] || return 0
    while read -r _ name _ _ port mode _ _ _ _ _ _ _ _ _ _ _ host _; do
        [[ $port =~ ^[0-9a-f.:]+$ ]] && known["$name $host"]=$port
    done < <(administer "show servers state" 2>/dev/null)
    while read -r mark word name slot service port mode count; do
        [ "$mark $word" = "# place" ] || continue
        IFS=/ read -ra hosts < <(container "$slot" "$service")
        printf 'backend %s\n  mode %s\n' "$name" "${mode/h2/http}"
        [ "$mode" != tcp ] || printf '  timeout server 24h\n  option srvtcpka\n'
        for ((number = 0; number < ${count:-1}; number++)); do
            host=${hosts[number]:-none.invalid}
            # The first one's name is older than there are others.
            server=app
            [ "$number" = 0 ] || server=app$((number + 1))
            printf '  server %s %s' "$server" "$host"
            [ "$port" = 0 ] || printf ':%s' "$port"
            [ "$mode" != h2 ] || printf ' proto h2'
            [ -z "${known["$name $host"]:-}" ] || printf ' init-addr %s,none' "${known["$name $host"]}"
            printf '\n'
        done
    done <"$1"
}
