# shellcheck shell=bash
# Where Pulumi keeps its state. Sourced by demo.

own_backend=file://$state

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
    service_keeps_secrets || choose_passphrase
    write_env
}

# service_keeps_secrets: true for Pulumi Cloud and its like, unless settings were encrypted with a passphrase before.
service_keeps_secrets() {
    case ${PULUMI_BACKEND_URL:-$(backend_url)} in http://* | https://*) ;; *) return 1 ;; esac
    ! grep -qs '^encryptionsalt:' "Pulumi.$builder.yaml" "Pulumi.$promoted.yaml"
}

backend_url() { pulumi whoami --verbose --json --non-interactive 2>/dev/null | field url; }

without_password() { printf '%s' "$1" | sed 's|://[^/@]*@|://…@|'; }
