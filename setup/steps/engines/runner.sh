# shellcheck shell=bash
# The embedded runner: what it is asked for and how (see ../engine.sh). Sourced by demo where it is the engine at work.

tool="npx slipway-runner"
config_set="npx slipway-runner config set"

# runner ARGUMENT…: npx would cost a second each time.
runner() { node runner/dist/main.js "$@"; }

prepare_engine() {
    ok "state: files in ${SLIPWAY_RUNNER_STATE:-.slipway-runner/, which git ignores}"
    choose_passphrase
    write_env
}

# make_stage STAGE: a stage is there as soon as it has settings.
make_stage() { :; }

has_stage() { runner_has "$1"; }

setting() { runner config get "slipway:$2" -s "$1" 2>/dev/null; }

set_setting() {
    quietly "config-$1" runner config set "slipway:$2" "$3" -s "$1" ||
        stop "$1: the setting slipway:$2 could not be made; the runner's message is above"
}

set_secret() { runner config set "slipway:$2" --secret -s "$1"; }

outputs() { runner outputs -s "$1"; }

# It writes down what it makes before it makes it, and takes up from there.
ready_to_update() { :; }
ready_to_destroy() { :; }

update_stage() { runner up --yes -s "$1"; }

destroy_stage() { runner down --yes -s "$1"; }

daily_commands() {
    cat <<'COMMANDS'
npx slipway-runner up -s staging             build a new release of what you have changed, and try it
npx slipway-runner up -s production          see what would change, and promote it
npx slipway-runner history -s production     what ran when
npx slipway-runner config set slipway:release v… -s production && npx slipway-runner up -s production     go back to a release, and stay there
npx slipway-runner config rm slipway:release -s production && npx slipway-runner up -s production         follow staging again

The runner is for trying, on this machine. To move on to Pulumi's engine: install its CLI
(https://www.pulumi.com/docs/install/), then ./setup/demo --down and ./setup/demo. Data and releases stay.
COMMANDS
}
