import { piped } from "../shell";
import type { Known } from "./kind";

/**
 * The user to connect as, by the image's documentation (https://hub.docker.com/_/postgres). The local socket asks for
 * no password, unless POSTGRES_INITDB_ARGS says so.
 */
const connection = `
told() { if [ -n "$1" ]; then printf %s "$1"; elif [ -r "$2" ]; then cat "$2"; fi; }
PGUSER=$(told "$POSTGRES_USER" "$POSTGRES_USER_FILE"); PGUSER=\${PGUSER:-postgres}; export PGUSER
PGPASSWORD=$(told "$POSTGRES_PASSWORD" "$POSTGRES_PASSWORD_FILE"); export PGPASSWORD
[ -n "$PGPASSWORD" ] || unset PGPASSWORD`;

/**
 * Removes everything that a new cluster lacks, so that the dump meets one; the role that the cluster was made with has
 * to stay.
 */
const emptied = `psql -Xq -v ON_ERROR_STOP=1 -d template1 >/dev/null <<'SQL'
SELECT format('ALTER DATABASE %I WITH ALLOW_CONNECTIONS false IS_TEMPLATE false', datname)
  FROM pg_database WHERE datname NOT IN ('template0', 'template1') \\gexec
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend';
SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE datname NOT IN ('template0', 'template1') \\gexec
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE oid >= 16384 \\gexec
CREATE DATABASE postgres TEMPLATE template0;
\\connect postgres
ALTER DATABASE template1 WITH IS_TEMPLATE false;
DROP DATABASE template1;
CREATE DATABASE template1 WITH TEMPLATE template0 IS_TEMPLATE true;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE template1 TO PUBLIC;
SQL`;

/**
 * The role that the cluster was made with exists already, so the line of the dump that makes it is left out; a table's
 * row of the same text stays.
 */
const loaded = `
create=$(psql -XAtq -d postgres -c "SELECT format('CREATE ROLE %I;', rolname) FROM pg_roles WHERE oid = 10")
export create
awk 'data || /^\\\\connect / { data = 1; print; next } $0 != ENVIRON["create"]' |
  psql -Xq -v ON_ERROR_STOP=1 -d postgres >/dev/null`;

/**
 * PostgreSQL and programs built upon it: all databases and roles as one file of SQL, while everything runs on. A lock
 * that is held for longer than a minute fails the backup.
 */
export const postgres: Known = {
  images: /^(postgres|postgresql|postgis|pgvector|timescaledb(-ha)?)$/,
  extension: "sql.gz",
  save: { way: "asked", script: `${connection}\n${piped("pg_dumpall --lock-wait-timeout=60000", "gzip -1")}` },
  restore: {
    way: "told",
    script: `${connection}
export PGOPTIONS='-c synchronous_commit=off'
${emptied}
[ $? = 0 ] || exit 1
${piped("gzip -dc", loaded)}`,
  },
  scratch: {
    // No backup makes a role of this name.
    env: { POSTGRES_USER: "slipway_scratch", POSTGRES_HOST_AUTH_METHOD: "trust" },
    // Over TCP, because on its socket the image answers already while it prepares a new cluster.
    ready: `pg_isready -q -h 127.0.0.1 -U slipway_scratch`,
  },
};

/** Prints how many bytes all databases take up on the disk. */
export const postgresSize = `${connection}
psql -XAtq -d template1 -c 'SELECT sum(pg_database_size(oid)) FROM pg_database'`;
