# shellcheck shell=bash
# The ports that the stages need on this machine. Sourced by demo.

# check_ports: each port is free, or held by the stage that it is for.
check_ports() {
    local page_of_builder page_of_promoted registry
    page_of_builder=$(setting "$builder" env.WEB_PORT) || page_of_builder=8080
    page_of_promoted=$(setting "$promoted" env.WEB_PORT) || page_of_promoted=8080
    registry=$(setting "$builder" registry.port) || registry=5000
    check_port "$page_of_builder" "$builder" "the page of $builder" env.WEB_PORT || return
    check_port "$page_of_promoted" "$promoted" "the page of $promoted" env.WEB_PORT || return
    check_port "$registry" "$builder" "the registry" registry.port || return
    ok "ports: $builder $page_of_builder, $promoted $page_of_promoted, registry $registry"
}

# check_port PORT STAGE WHAT SETTING: says who holds the port, and how to choose another.
check_port() {
    local holder
    port_is_free "$1" && return
    holder=$(port_holder "$1")
    [ "${holder%% *}" = "$(pulumi_project)/$2" ] && return
    case $holder in
        "") holder="another program" ;;
        *) holder="the container ${holder#* }" ;;
    esac
    stop "port $1, for $3, is taken by $holder" \
        "Choose another: $(with_env)$config_set slipway:$4 $(($1 + 10)) -s $2" \
        "Then run this command again."
}

# port_is_free PORT: true if this machine lets a program listen on it.
port_is_free() {
    node -e '
        const server = require("net").createServer();
        server.on("error", ({ code }) => process.exit(code === "EADDRINUSE" ? 1 : 0));
        server.listen(Number(process.argv[1]), "0.0.0.0", () => server.close());' "$1"
}

# port_holder PORT: prints project/stage and name of the container that publishes the port, if one does.
port_holder() {
    docker ps --filter "publish=$1" --format '{{.Label "slipway.project"}}/{{.Label "slipway.stage"}} {{.Names}}' | sed -n 1p
}
