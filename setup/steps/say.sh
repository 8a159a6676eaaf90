# shellcheck shell=bash
# How the set-up speaks: one line a step. Sourced by demo and test.

# say TEXT: a plain line.
say() { printf '%s\n' "$*"; }

# headline TEXT: opens a part of the run in which another program speaks.
headline() { printf '\n── %s\n' "$*"; }

# begin TEXT: names what is waited for next. On a terminal the line gives way to the step's result.
begin() {
    step_began=$SECONDS
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

# quietly NAME COMMAND…: runs COMMAND with its output in the log NAME; shows the log's end where it fails.
quietly() {
    local log=$logs/$1.log status=0
    shift
    mkdir -p "$logs"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [ "$status" -eq 0 ] && return
    clear_line
    { echo "    The last lines of $log:"; tail -n 15 "$log" | sed 's/^/    | /'; } >&2
    return "$status"
}

# duration SECONDS: prints it as a person would say it.
duration() {
    if [ "$1" -lt 60 ]; then printf '%d s' "$1"; else printf '%d min %d s' $(($1 / 60)) $(($1 % 60)); fi
}

# clear_line: takes back a line that begin left open on a terminal.
clear_line() { [ ! -t 1 ] || printf '\r\033[K'; }
