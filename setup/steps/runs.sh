# shellcheck shell=bash
# Runs of tests, each counted into a folder, and their sum. Sourced by test.

counts=$state/counts

begin_counts() { rm -rf "$counts" && mkdir -p "$counts" && : >"$counts/runs"; }

# check WHAT COMMAND…: a check that has no tests to count; only its failure counts.
check() {
    local name=$1
    shift
    run "$name" none "$@"
}

# mocha_run WHAT ID ARGUMENT…: mocha, shown as it goes and counted. Where skipped_because is set, it is told as the
# reason of tests that skip themselves.
mocha_run() {
    local name=$1 id=$2
    shift 2
    run "$name" "$id.json" npx --no-install mocha \
        --reporter setup/counts/mochaReporter.ts --reporter-option "counts=$counts/$id.json" "$@"
}

# app_run FOLDER: the tests of a program under apps/, which has packages of its own.
app_run() {
    local id=${1//\//-}
    run "$1" "$id.tap" test_app "$1" "$counts/$id.tap"
}

# test_app FOLDER TAP-FILE: node's own test runner, shown as it goes and counted.
test_app() {
    (
        cd "$1" || return
        packages_are_current || npm ci --loglevel=error --no-audit --no-fund || return
        NODE_OPTIONS="${NODE_OPTIONS:-} --test-reporter=spec --test-reporter-destination=stdout \
            --test-reporter=tap --test-reporter-destination=$2" npm test --loglevel=error
    )
}

# run WHAT COUNTS-FILE COMMAND…: runs COMMAND and notes how it ended; a failure stops nothing.
run() {
    local name=$1 file=$2 status=0
    shift 2
    headline "$name"
    step_began=$SECONDS
    "$@" </dev/null || status=$?
    printf '%s\t%s\t%s\t%s\n' "$status" "$file" "$name" "${skipped_because:-}" >>"$counts/runs"
    if [ "$status" -eq 0 ]; then ok "$name"; else stop "$name failed" || true; fi
}

# sum_up: the closing lines, the last of which is `N passed, N failed, N skipped`; fails where anything failed.
sum_up() {
    headline "$(duration "$SECONDS") in all"
    node --import tsx setup/counts/main.ts "$counts"
}
