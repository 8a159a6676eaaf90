# shellcheck shell=bash
# Updates of the stages. Sourced by demo.

# bring_up STAGE WHAT: pulumi up, then a look at the page.
bring_up() {
    clear_killed_update "$1" || return
    headline "$1: $2 (pulumi up -s $1)"
    pulumi up --yes --suppress-progress --stack "$1" ||
        stop "pulumi up -s $1 failed; its messages are above" "When what it names is put right, run this command again: it goes on from here." || return
    check_page "$1"
}

# take_down STAGE: pulumi destroy, which leaves the volumes.
take_down() {
    has_stack "$1" || { ok "$1: there is nothing to take down"; return; }
    clear_killed_update "$1" || return
    remove_leftovers "$1" || return
    headline "$1: take it down (pulumi destroy -s $1)"
    pulumi destroy --yes --suppress-progress --stack "$1" ||
        stop "pulumi destroy -s $1 failed; its messages are above" "Then run this command again." || return
    ok "$1 is down"
}

# clear_killed_update STAGE: what Pulumi wants a word about before it goes on after an update that was killed.
clear_killed_update() {
    free_stale_lock "$1" && clear_pending "$1"
}

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
    done < <(docker ps --all --quiet --no-trunc \
        --filter "label=slipway.project=$(pulumi_project)" --filter "label=slipway.stage=$1")
}

# container_ids: prints the ids of the containers in a stack's state, given on standard input.
container_ids() {
    node -e '
        const { deployment } = JSON.parse(require("fs").readFileSync(0, "utf8"));
        for (const { type, id } of deployment.resources ?? []) {
            if (type === "docker:index/container:Container") console.log(id);
        }'
}

# check_page STAGE: the page answers, and names the release that the stage says it runs.
check_page() {
    local outputs url release
    outputs=$(pulumi stack output --json --stack "$1" --non-interactive) || return
    url=$(field url <<<"$outputs")
    release=$(field release.name <<<"$outputs")
    begin "waiting for $url to answer with $release"
    answers_with "$url" "$release" || stop "$url does not answer with $release" \
        "See: docker ps --filter label=slipway.stage=$1" "Then run this command again." || return
    ok "$1: $url serves $release"
}

# answers_with URL TEXT: true once the page at URL holds TEXT; waits a minute.
answers_with() {
    node -e '
        const [url, text] = process.argv.slice(1);
        const until = Date.now() + 60_000;
        (async function ask() {
            const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
            if (answer?.ok && (await answer.text()).includes(text)) process.exit(0);
            if (Date.now() > until) process.exit(1);
            setTimeout(ask, 500);
        })();' "$1" "$2"
}
