# shellcheck shell=bash
# The two stages, and the settings that the committed files leave to the machine. Sourced by demo.

builder=staging
promoted=production

# ensure_stage STAGE: the stage, and a password for its database.
ensure_stage() {
    make_stage "$1" && ensure_password "$1"
}

# ensure_password STAGE: the demo's database password, random, as an encrypted setting. It is kept in the state folder
# too, because a database keeps the password it was made with, while a settings file is easily put back.
ensure_password() {
    local kept=$state/$1.db-password
    if setting "$1" env.DB_PASSWORD >/dev/null; then
        ok "$1: the database's password is set"
        return
    fi
    if [ ! -s "$kept" ]; then
        check_no_foreign_data "$1" || return
        (umask 077 && random_text >"$kept")
    fi
    set_secret "$1" env.DB_PASSWORD <"$kept" || stop "$1: the password could not be set; the message is above" || return
    ok "$1: set a random database password, encrypted, in Pulumi.$1.yaml"
}

# check_no_foreign_data STAGE: data of an earlier set-up opens only with the password that it was made with.
check_no_foreign_data() {
    local found
    found=$(data_volumes "$1" | tr '\n' ' ')
    [ -z "$found" ] ||
        stop "$1: an earlier set-up, perhaps from another clone, left data in Docker: ${found% }" \
            "Its password is not known here. Either set it:" \
            "  $(with_env)$config_set --secret slipway:env.DB_PASSWORD -s $1" \
            "or begin anew, which deletes that data for good (containers that use it must go first):" \
            "  docker volume rm ${found% }" \
            "Then run this command again."
}

# data_volumes STAGE: the names of the volumes with the stage's data, one a line.
data_volumes() {
    docker volume ls --filter "label=slipway.project=$(pulumi_project)" --filter "label=slipway.stage=$1" \
        --format '{{.Name}} {{.Label "slipway.role"}}{{.Label "slipway.files"}}' | sed -n 's/ *$//; / /!p'
}

pulumi_project() { sed -n 's/^name: *//p' Pulumi.yaml; }

# with_env: what a person's shell must do first to run the engine at work on these stages.
with_env() { ! needs_env || printf 'source %s/env && ' "${state#"$project"/}"; }
