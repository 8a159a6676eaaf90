# shellcheck shell=bash
# Which engine brings the stages up: Pulumi's, or where that cannot be had the embedded runner. Sourced by demo.
#
# How an engine does what the other steps ask for is in engines/, a file each, of which one is sourced. Each has
#   tool, config_set          how a person calls it, and how a person makes a setting with it
#   prepare_engine            all that it needs before it is asked for anything else
#   make_stage STAGE          a stage that it can be asked about; one that is there is left as it is
#   has_stage STAGE           true where there is something to take down
#   setting STAGE PATH        prints a setting; fails where it is not set
#   set_setting STAGE PATH VALUE
#   set_secret STAGE PATH     the same, encrypted, with the value on standard input: every process can read arguments
#   outputs STAGE             prints what the stage tells of itself, as JSON
#   ready_to_update STAGE, ready_to_destroy STAGE
#                             clears away what an update that was killed left, where the engine does not do so by itself
#   update_stage STAGE, destroy_stage STAGE
#   daily_commands            prints the five lines of every day

# choose_engine ASKED DOWN: sets `engine`, and `because` to the reason. ASKED is `pulumi`, `runner` or empty; DOWN is
# `yes` where stages are to be taken down. Stages that are up stay with the engine that has them: two sets of them
# would want the same ports.
choose_engine() {
    local asked=$1 down=$2 holder
    holder=$(engine_of_stages)
    if [ -n "$holder" ]; then
        keep_engine "$holder" "$asked"
    elif [ -n "$asked" ]; then
        engine=$asked because="--engine says so"
    elif [ "$down" = yes ]; then
        # Nothing is fetched to find that there is nothing to take down.
        if find_pulumi; then engine=pulumi; else engine=runner because="there is no Pulumi CLI here"; fi
    elif try_pulumi; then
        engine=pulumi
    else
        engine=runner because=$stopped_by
    fi
}

# keep_engine HOLDER ASKED: the engine that has the stages goes on.
keep_engine() {
    local held
    held="the stages are up with $(name_of "$1")"
    # Containers do not say which engine, or which clone, they are from.
    [ "$1" = runner ] || held="$held, or from another clone"
    [ "${2:-$1}" = "$1" ] ||
        stop "$held, and --engine asks for $(name_of "$2")" \
            "To move on: ./setup/demo --down, then ./setup/demo --engine $2. Volumes stay, and with them data and releases." || return
    [ "$1" = runner ] || try_pulumi ||
        stop "$held, and Pulumi is not to be had now: $stopped_by" \
            "Put the Pulumi CLI that brought them up on PATH (https://www.pulumi.com/docs/install/), then run this command again." \
            "To move on to the embedded runner, with that CLI: ./setup/demo --down, then ./setup/demo --engine runner." || return
    engine=$1 because="it has the stages up"
}

# try_pulumi: true where the Pulumi CLI and its plugins are here or can be had within a minute. Says nothing that stays:
# the first line that stays is the engine's.
try_pulumi() {
    local give_up_at=$((SECONDS + 60))
    mkdir -p "$logs"
    [ ! -t 1 ] || begin "looking for Pulumi"
    { ensure_pulumi && ensure_plugins; } >"$logs/engine.log" 2>&1 </dev/null
}

# engine_of_stages: prints the engine that has something of the stages; nothing where both are down.
engine_of_stages() {
    if runner_has "$builder" "$promoted"; then
        echo runner
    elif [ -n "$(stage_containers "$builder")$(stage_containers "$promoted")" ]; then
        echo pulumi
    fi
}

# runner_has STAGE…: true where the embedded runner has something of one of them.
runner_has() {
    # shellcheck disable=SC2016 # The backquotes are JavaScript's.
    node -e '
        const { existsSync, readFileSync } = require("fs");
        const [folder, ...stages] = process.argv.slice(1);
        const has = (file) => existsSync(file) && JSON.parse(readFileSync(file, "utf8")).resources.length > 0;
        process.exit(stages.some((stage) => has(`${folder}/${stage}.json`)) ? 0 : 1);' \
        "${SLIPWAY_RUNNER_STATE:-.slipway-runner}/$(pulumi_project)" "$@" 2>/dev/null
}

# stage_containers STAGE: prints the ids of its containers, whoever made them.
stage_containers() {
    docker ps --all --quiet --no-trunc \
        --filter "label=slipway.project=$(pulumi_project)" --filter "label=slipway.stage=$1" 2>/dev/null || true
}

# introduce_engine: the first line: which engine is at work, and how to have the other.
introduce_engine() {
    clear_line
    case $engine in
        pulumi) say "Pulumi's engine is at work. For Slipway's embedded runner nothing is to be installed: ./setup/demo --engine runner" ;;
        runner) say "Slipway's embedded runner is at work: $because. $(way_to_pulumi)" ;;
    esac
}

way_to_pulumi() {
    if find_pulumi; then
        echo "Pulumi is here too ($(command -v pulumi)); to move on to it: ./setup/demo --down, then ./setup/demo --engine pulumi; data and releases stay"
    else
        echo "For Pulumi's engine install its CLI: https://www.pulumi.com/docs/install/"
    fi
}

# name_of ENGINE
name_of() {
    case $1 in
        pulumi) echo "Pulumi's engine" ;;
        runner) echo "Slipway's embedded runner" ;;
    esac
}
