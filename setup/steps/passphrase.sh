# shellcheck shell=bash
# The passphrase that secrets are encrypted with, by both engines in the same way, and what a person's shell must know of
# it and of the state. Sourced by demo.

own_passphrase=$state/passphrase

# choose_passphrase: the user's own; else a random one, kept beside the state for its owner only.
choose_passphrase() {
    [ -z "${PULUMI_CONFIG_PASSPHRASE+set}${PULUMI_CONFIG_PASSPHRASE_FILE+set}" ] || return 0
    [ -s "$own_passphrase" ] || random_text >"$own_passphrase"
    chmod 600 "$own_passphrase"
    export PULUMI_CONFIG_PASSPHRASE_FILE=$own_passphrase
    ok "passphrase: a random one in ${own_passphrase#"$project"/}; without it the stages' secrets cannot be read"
}

# write_env: what a person's own shell needs to run the engine at work on these stages.
write_env() {
    {
        echo "# To run $tool by hand on the stages that setup/demo made: source ${state#"$project"/}/env"
        [ "${PULUMI_BACKEND_URL:-}" != "$own_backend" ] || printf 'export PULUMI_BACKEND_URL=%q\n' "$own_backend"
        [ "${PULUMI_CONFIG_PASSPHRASE_FILE:-}" != "$own_passphrase" ] ||
            printf 'export PULUMI_CONFIG_PASSPHRASE_FILE=%q\n' "$own_passphrase"
        # shellcheck disable=SC2016 # The PATH of the shell that reads it.
        [ "$(command -v pulumi)" != "$fetched_bin/pulumi" ] || printf 'export PATH=%q:"$PATH"\n' "$fetched_bin"
    } >"$state/env"
}

# needs_env: true where a person's shell lacks something of what write_env writes.
needs_env() { grep -q '^export' "$state/env"; }

random_text() { node -e 'process.stdout.write(require("crypto").randomBytes(24).toString("hex"))'; }
