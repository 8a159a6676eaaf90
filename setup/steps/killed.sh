# shellcheck shell=bash
# What Pulumi wants a word about before it goes on after an update that was killed. Sourced by demo.

# free_stale_lock STAGE: an update that was killed leaves its lock behind, and a lock of our own files tells whose it was.
free_stale_lock() {
    [ "${PULUMI_BACKEND_URL:-}" = "$own_backend" ] || return 0
    local lock
    while read -r lock; do
        is_stale "$lock" || continue
        quietly "cancel-$1" pulumi cancel --yes --stack "$1" --non-interactive ||
            stop "$1: the lock of an update that was killed could not be taken away" "See: pulumi cancel --help" || return
        ok "$1: took away the lock of an update that was killed"
    done < <(find "$state/.pulumi/locks" -path "*/$1/*.json" 2>/dev/null)
}

# is_stale LOCK-FILE: true if the process that made it on this machine is gone.
is_stale() {
    local pid
    [ "$(field hostname <"$1")" = "$(hostname)" ] || return
    pid=$(field pid <"$1") && ! is_running "$pid"
}

# is_running PID: true for a process that is more than an entry which nobody has cleared away.
is_running() { kill -0 "$1" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }

# clear_pending STAGE: forgets what the killed update was about to make; the next update makes it anew.
clear_pending() {
    local exported
    exported=$(pulumi stack export --stack "$1") || return
    [[ $exported == *'"pending_operations": ['* ]] || return 0
    begin "$1: clearing what an update that was killed left undone"
    quietly "refresh-$1" pulumi refresh --yes --skip-preview --clear-pending-creates --stack "$1" --non-interactive ||
        stop "$1: an update that was killed left the state undone, and pulumi refresh failed; its messages are above" || return
    ok "$1: cleared what an update that was killed left undone"
}

# remove_leftovers STAGE: a container that a killed update made is in no state, and would hold the stage's networks.
remove_leftovers() {
    local known id
    known=$(pulumi stack export --stack "$1" | container_ids) || return
    while read -r id; do
        case $known in *"$id"*) continue ;; esac
        docker rm --force "$id" >/dev/null || return
        ok "$1: removed the container ${id:0:12}, which an update that was killed left"
    done < <(stage_containers "$1")
}

# container_ids: prints the ids of the containers in a stack's state, given on standard input.
container_ids() {
    node -e '
        const { deployment } = JSON.parse(require("fs").readFileSync(0, "utf8"));
        for (const { type, id } of deployment.resources ?? []) {
            if (type === "docker:index/container:Container") console.log(id);
        }'
}
