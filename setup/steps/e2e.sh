# shellcheck shell=bash
# The end-to-end tests: spec files by groups, each in a process of its own. Sourced by test.

# Those that take longest begin first. What one group names compares notes within its process.
long_groups=(
    "crash/kills crash/failures crash/machine"
    "staging-to-production two-engines"
    "holders/holders"
    "edge"
    "brought"
    "large-files"
    "cutover"
    "refusals"
    "jobs"
    "tunnel/tunnel"
    "builders"
    "context"
    "clouds/gce"
    "backup"
    "clouds/azure"
    "crash-points"
    "machines/ssh"
    "demo"
    "failing-update"
    "machines/ways"
    "policies"
    "build-context"
    "own-folder"
    "tunnel/managed"
)

# e2e_runs: all of them, two groups at a time: much of the time each waits for containers to become healthy.
e2e_runs() {
    local groups=() line
    while IFS= read -r line; do groups+=("$line"); done < <(e2e_groups)
    mkdir -p "$counts/taken"
    take_groups "${groups[@]}" &
    local other=$!
    take_groups "${groups[@]}"
    wait "$other"
}

# e2e_groups: a line for each group; a spec file that none of the long ones names is one of its own.
e2e_groups() {
    local spec
    printf '%s\n' "${long_groups[@]}"
    find tests/e2e -name '*.spec.ts' | sort | while IFS= read -r spec; do
        spec=${spec#tests/e2e/} spec=${spec%.spec.ts}
        case " ${long_groups[*]} " in *" $spec "*) ;; *) printf '%s\n' "$spec" ;; esac
    done
}

# take_groups GROUP…: runs those that nobody has taken yet, and shows each when it is over. Where begin_before (seconds) is set, those
# that have not begun by then are skipped, with that reason.
take_groups() {
    local group id specs
    for group in "$@"; do
        id=${group%% *} id=e2e-${id//\//-}
        mkdir "$counts/taken/$id" 2>/dev/null || continue
        read -r -a specs <<<"$group"
        if [ -n "${begin_before:-}" ] && [ "$SECONDS" -ge "$begin_before" ]; then
            printf '{"passed":0,"failed":0,"failures":[],"skipped":["all of %s"]}' "$group" >"$counts/$id.json"
            printf '0\t%s.json\tend-to-end tests, %s\tnot begun, as %s were over\n' \
                "$id" "$group" "$(duration "$begin_before")" >>"$counts/runs"
            continue
        fi
        specs=("${specs[@]/#/tests/e2e/}")
        mocha_run "end-to-end tests, $group" "$id" --config tests/e2e/.mocharc.json "${specs[@]/%/.spec.ts}" \
            >"$counts/$id.log" 2>&1
        cat "$counts/$id.log"
    done
}
