# shellcheck shell=bash
# How the set-up speaks: one line a step. Sourced by demo and test.

# say TEXT: a plain line.
say() { printf '%s\n' "$*"; }

# headline TEXT: opens a part of the run in which another program speaks.
headline() { printf '\n── %s\n' "$*"; }

# begin TEXT: names what is waited for next. On a terminal the line gives way to the step's result.
begin() {
    step_began=$SECONDS
    doing=$*
    if [ -t 1 ]; then printf '… %s' "$*"; else printf '… %s\n' "$*"; fi
}

# ok TEXT: closes a step that went well, with the time it took where that is a second or more.
ok() {
    local took=$((SECONDS - ${step_began:-SECONDS}))
    clear_line
    if [ "$took" -gt 0 ]; then printf '✓ %s (%s)\n' "$*" "$(duration "$took")"; else printf '✓ %s\n' "$*"; fi
    unset step_began
}

# stop WHAT [HOW-TO-GO-ON…]: closes a step that went wrong; each further argument is a line on how to go on.
# Keeps WHAT in stopped_by and returns 1, so that it can end a function: … || stop "…" || return
stop() {
    stopped_by=$1
    clear_line
    printf '✗ %s\n' "$1" >&2
    shift
    [ $# -eq 0 ] || printf '    %s\n' "$@" >&2
    unset step_began
    return 1
}

# quietly NAME COMMAND…: runs COMMAND with its output in the log NAME, and says from time to time how far it is; shows the log's end where it fails.
# Where a function so_far is set, it prints what there is to say beside the time.
quietly() {
    local log=$logs/$1.log status=0 teller
    shift
    mkdir -p "$logs"
    tell_progress &
    teller=$!
    "$@" >"$log" 2>&1 </dev/null || status=$?
    kill "$teller" 2>/dev/null || true
    wait "$teller" 2>/dev/null || true
    [ "$status" -eq 0 ] && return
    clear_line
    { echo "    The last lines of $log:"; tail -n 15 "$log" | sed 's/^/    | /'; } >&2
    return "$status"
}

# tell_progress: on a terminal the step's own line tells every five seconds how long it has taken; elsewhere a line every half minute does.
tell_progress() {
    local seconds=5 since=${step_began:-$SECONDS} told
    [ -t 1 ] || seconds=30
    # It must not outlive the command that it tells of, nor hold its output open.
    while sleep "$seconds" </dev/null >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
        told="${doing:-at work}: $(duration $((SECONDS - since)))$(so_far)"
        clear_line
        if [ -t 1 ]; then printf '… %s' "$told"; else printf '… %s\n' "$told"; fi
    done
}

# so_far: nothing, where a step has no measure of its own.
so_far() { :; }

# duration SECONDS: prints it as a person would say it.
duration() {
    if [ "$1" -lt 60 ]; then printf '%d s' "$1"; else printf '%d min %d s' $(($1 / 60)) $(($1 % 60)); fi
}

# clear_line: takes back a line that begin left open on a terminal.
clear_line() { [ ! -t 1 ] || printf '\r\033[K'; }
