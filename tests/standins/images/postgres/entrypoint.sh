#!/usr/bin/env bash
# Starts PostgreSQL as the public image documents it: as the user postgres, with a database cluster made on the first
# start from POSTGRES_PASSWORD, POSTGRES_USER, POSTGRES_DB, POSTGRES_INITDB_ARGS (each also as …_FILE) and
# POSTGRES_HOST_AUTH_METHOD, and the scripts of /docker-entrypoint-initdb.d run once.
set -Eeuo pipefail

# setting NAME DEFAULT: exports NAME from itself, else from the file that NAME_FILE names, else as DEFAULT.
setting() {
    local file=$1_FILE value=$2
    if [ -n "${!1:-}" ] && [ -n "${!file:-}" ]; then
        echo "error: both $1 and $file are set; set one" >&2
        exit 1
    fi
    if [ -n "${!file:-}" ]; then value=$(<"${!file}"); fi
    export "$1=${!1:-$value}"
    unset "$file"
}

refuse_without_password() {
    [ -n "$POSTGRES_PASSWORD" ] || [ "$POSTGRES_HOST_AUTH_METHOD" = trust ] && return
    echo "error: the database is new and no password is set; set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE" >&2
    exit 1
}

make_cluster() {
    initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") $POSTGRES_INITDB_ARGS
    printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
}

run_sql() {
    psql -v ON_ERROR_STOP=1 --no-psqlrc --no-password --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" "$@"
}

make_database() {
    [ "$POSTGRES_DB" = postgres ] && return
    POSTGRES_DB=postgres run_sql --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
}

run_scripts() {
    local file
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
            *.sql) run_sql -f "$file" ;;
            *.sql.gz) gunzip -c "$file" | run_sql ;;
        esac
    done
}

# The server that fills a new cluster listens on its socket only, so nobody outside meets it half-made.
fill_cluster() {
    pg_ctl -D "$PGDATA" -w start -o "-c listen_addresses='' -p 5432"
    export PGPASSWORD=$POSTGRES_PASSWORD
    make_database
    run_scripts
    unset PGPASSWORD
    pg_ctl -D "$PGDATA" -m fast -w stop
}

case "${1:-}" in
    -*) set -- postgres "$@" ;;
esac

if [ "${1:-}" = postgres ]; then
    if [ "$(id -u)" = 0 ]; then
        mkdir -p "$PGDATA"
        chmod 700 "$PGDATA"
        find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
    fi
    new=no
    if [ ! -s "$PGDATA/PG_VERSION" ]; then
        # Before root's rights are given up: a secret's file may be for root alone.
        setting POSTGRES_PASSWORD ''
        setting POSTGRES_USER postgres
        setting POSTGRES_DB "$POSTGRES_USER"
        setting POSTGRES_INITDB_ARGS ''
        POSTGRES_HOST_AUTH_METHOD=${POSTGRES_HOST_AUTH_METHOD:-}
        new=yes
    fi
    if [ "$(id -u)" = 0 ]; then
        exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
    fi
    if [ "$new" = yes ]; then
        refuse_without_password
        make_cluster
        fill_cluster
        unset POSTGRES_PASSWORD
    fi
fi
exec "$@"
