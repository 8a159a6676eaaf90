import { piped } from "../shell";
import type { Known } from "./kind";

/**
 * Arguments can be read by everyone on the machine, so the password goes into a file of the container that only its
 * owner can read. The names are those of the image's documentation (https://hub.docker.com/_/arangodb).
 */
const connection = `
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
password=$ARANGO_ROOT_PASSWORD
if [ -z "$password" ] && [ -r "$ARANGO_ROOT_PASSWORD_FILE" ]; then password=$(cat "$ARANGO_ROOT_PASSWORD_FILE"); fi
umask 077
printf '[server]\\nendpoint = tcp://127.0.0.1:8529\\nusername = root\\npassword = %s\\n' "$password" >"$work/conf"`;

const all = "--all-databases true --include-system-collections true --progress false";

/** ArangoDB: `arangodump` of all databases, as one archive, while everything runs on. */
export const arangodb: Known = {
  images: /^(arangodb|enterprise)$/,
  owner: /(^|\/)arangodb(\/|$)/,
  extension: "tar.gz",
  save: {
    way: "asked",
    script: `${connection}
arangodump --configuration "$work/conf" ${all} --output-directory "$work/dump" >&2 || exit 1
( ${piped(`tar -C "$work/dump" -cf - .`, "gzip -1")} )`,
  },
  restore: {
    way: "told",
    script: `${connection}
mkdir "$work/dump" && tar -C "$work/dump" -xzf - || exit 1
arangorestore --configuration "$work/conf" ${all} --create-database true --overwrite true --input-directory "$work/dump" >&2`,
  },
  scratch: {
    env: { ARANGO_NO_AUTH: "1" },
    ready: `${connection}
arangosh --configuration "$work/conf" --javascript.execute-string 'db._version()' >/dev/null 2>&1`,
  },
};
