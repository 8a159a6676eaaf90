# shellcheck shell=bash
# Updates of the stages. Sourced by demo.

# bring_up STAGE WHAT: an update, then a look at the page.
bring_up() {
    ready_to_update "$1" || return
    headline "$1: $2 ($tool up -s $1)"
    update_stage "$1" ||
        stop "$tool up -s $1 failed; its messages are above" "When what it names is put right, run this command again: it goes on from here." || return
    check_page "$1"
}

# take_down STAGE: everything but the volumes.
take_down() {
    has_stage "$1" || { ok "$1: there is nothing to take down"; return; }
    ready_to_destroy "$1" || return
    headline "$1: take it down"
    destroy_stage "$1" || stop "$1 could not be taken down; the messages are above" "Then run this command again." || return
    ok "$1 is down"
}

# check_page STAGE: the page answers, and names the release that the stage says it runs.
check_page() {
    local outputs url release
    outputs=$(outputs "$1") || return
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
