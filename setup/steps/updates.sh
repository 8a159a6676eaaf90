# shellcheck shell=bash
# Updates of the stages. Sourced by demo.

# bring_up STAGE WHAT: pulumi up, then a look at the page.
bring_up() {
    free_stale_lock "$1" || return
    headline "$1: $2 (pulumi up -s $1)"
    pulumi up --yes --suppress-progress --stack "$1" ||
        stop "pulumi up -s $1 failed; its messages are above" "When what it names is put right, run this command again: it goes on from here." || return
    check_page "$1"
}

# take_down STAGE: pulumi destroy, which leaves the volumes.
take_down() {
    has_stack "$1" || { ok "$1: there is nothing to take down"; return; }
    free_stale_lock "$1" || return
    headline "$1: take it down (pulumi destroy -s $1)"
    pulumi destroy --yes --suppress-progress --stack "$1" ||
        stop "pulumi destroy -s $1 failed; its messages are above" "Then run this command again." || return
    ok "$1 is down"
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
