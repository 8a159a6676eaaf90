# shellcheck shell=bash
# Where things are. Sourced first, with $project set to the project's folder.

# What the set-up keeps: Pulumi's state, the passphrase, logs, and a Pulumi CLI that it fetched. Git ignores it.
state=$project/.pulumi-state
logs=$state/logs

# ensure_state_folder: makes it, for its owner only: a passphrase and state lie in it.
ensure_state_folder() {
    mkdir -p "$state" && chmod 700 "$state"
}
