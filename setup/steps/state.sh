# shellcheck shell=bash
# Where Pulumi keeps its state, and the passphrase that its secrets are encrypted with. Sourced by demo.

own_backend=file://$state
own_passphrase=$state/passphrase

# choose_state: the backend that the user chose; else files in the state folder.
choose_state() {
    local user
    if [ -n "${PULUMI_BACKEND_URL:-}" ] && [ "$PULUMI_BACKEND_URL" != "$own_backend" ]; then
        ok "state: $(without_password "$PULUMI_BACKEND_URL"), by PULUMI_BACKEND_URL"
    elif [ -z "${PULUMI_BACKEND_URL:-}" ] && [ ! -d "$state/.pulumi" ] && user=$(pulumi whoami --non-interactive 2>/dev/null); then
        ok "state: where Pulumi is logged in already, as $user (PULUMI_BACKEND_URL=$own_backend would keep it here)"
    else
        export PULUMI_BACKEND_URL=$own_backend
        ok "state: files in ${state#"$project"/}, which git ignores"
    fi
    choose_passphrase
    write_env
}

# choose_passphrase: the user's own; else a random one, kept beside the state for its owner only. A service such as
# Pulumi Cloud needs none.
choose_passphrase() {
    case ${PULUMI_BACKEND_URL:-$(backend_url)} in http://* | https://*) return ;; esac
    [ -z "${PULUMI_CONFIG_PASSPHRASE+set}${PULUMI_CONFIG_PASSPHRASE_FILE+set}" ] || return 0
    [ -s "$own_passphrase" ] || random_text >"$own_passphrase"
    chmod 600 "$own_passphrase"
    export PULUMI_CONFIG_PASSPHRASE_FILE=$own_passphrase
    ok "passphrase: a random one in ${own_passphrase#"$project"/}; without it the stages' secrets cannot be read"
}

# write_env: what a person's own shell needs to run `pulumi` on these stages.
write_env() {
    {
        echo "# To run pulumi by hand on the stages that setup/demo made: source ${state#"$project"/}/env"
        [ "${PULUMI_BACKEND_URL:-}" != "$own_backend" ] || printf 'export PULUMI_BACKEND_URL=%q\n' "$own_backend"
        [ "${PULUMI_CONFIG_PASSPHRASE_FILE:-}" != "$own_passphrase" ] ||
            printf 'export PULUMI_CONFIG_PASSPHRASE_FILE=%q\n' "$own_passphrase"
        # shellcheck disable=SC2016 # The PATH of the shell that reads it.
        [ "$(command -v pulumi)" != "$fetched_bin/pulumi" ] || printf 'export PATH=%q:"$PATH"\n' "$fetched_bin"
    } >"$state/env"
}

# needs_env: true where a person's shell lacks something of what write_env writes.
needs_env() { grep -q '^export' "$state/env"; }

backend_url() { pulumi whoami --verbose --json --non-interactive 2>/dev/null | field url; }

# field NAME: the field of that name of the JSON object on standard input; nested ones are joined with a dot.
field() {
    node -e '
        const value = process.argv[1].split(".").reduce((at, key) => at?.[key], JSON.parse(require("fs").readFileSync(0, "utf8")));
        if (value !== undefined) console.log(typeof value === "object" ? JSON.stringify(value) : value);' "$1"
}

random_text() { node -e 'process.stdout.write(require("crypto").randomBytes(24).toString("hex"))'; }

without_password() { printf '%s' "$1" | sed 's|://[^/@]*@|://…@|'; }
