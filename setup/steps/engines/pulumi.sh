# shellcheck shell=bash
# Pulumi's engine: what it is asked for and how (see ../engine.sh). Sourced by demo where it is the engine at work.

tool=pulumi
config_set="pulumi config set --path"

prepare_engine() { ensure_pulumi && ensure_plugins && choose_state; }

make_stage() {
    if has_stage "$1"; then
        ok "$1: the stack is there"
        return
    fi
    quietly "stack-$1" pulumi stack init "$1" --no-select --non-interactive ||
        stop "the stack $1 could not be made; Pulumi's message is above" || return
    ok "$1: made the stack"
}

has_stage() {
    pulumi stack ls --json --non-interactive | node -e '
        const stacks = JSON.parse(require("fs").readFileSync(0, "utf8"));
        process.exit(stacks.some(({ name }) => name.split("/").pop() === process.argv[1]) ? 0 : 1);' "$1"
}

setting() { pulumi config get --path "slipway:$2" -s "$1" --non-interactive 2>/dev/null; }

set_setting() {
    quietly "config-$1" pulumi config set --path "slipway:$2" "$3" -s "$1" --non-interactive ||
        stop "$1: the setting slipway:$2 could not be made; Pulumi's message is above"
}

set_secret() { pulumi config set --secret --path "slipway:$2" -s "$1" --non-interactive; }

outputs() { pulumi stack output --json --stack "$1" --non-interactive; }

ready_to_update() { free_stale_lock "$1" && clear_pending "$1"; }

ready_to_destroy() { ready_to_update "$1" && remove_leftovers "$1"; }

update_stage() { pulumi up --yes --suppress-progress --stack "$1"; }

destroy_stage() { pulumi destroy --yes --suppress-progress --stack "$1"; }

daily_commands() {
    cat <<'COMMANDS'
pulumi up -s staging                 build a new release of what you have changed, and try it
pulumi up -s production              see what would change, and promote it
pulumi stack history -s production   what ran when
pulumi config set slipway:release v… -s production && pulumi up -s production     go back to a release, and stay there
pulumi config rm slipway:release -s production && pulumi up -s production         follow staging again
COMMANDS
}
