import type { Known } from "./kind";

/**
 * Finds the password where Redis asks for one. The image has no environment variable for it, so every usual place is
 * tried. `redis-cli` reads REDISCLI_AUTH.
 */
const connection = `
cli=$(command -v redis-cli || command -v valkey-cli)
answers() { [ "$("$cli" ping 2>/dev/null)" = PONG ]; }
secret_of() {
  answers && return
  for value in "$REDIS_PASSWORD" "$VALKEY_PASSWORD"; do
    REDISCLI_AUTH=$value; export REDISCLI_AUTH; answers && return
  done
  for file in "$REDIS_PASSWORD_FILE" "$VALKEY_PASSWORD_FILE" /run/secrets/*; do
    [ -f "$file" ] && [ -r "$file" ] || continue
    REDISCLI_AUTH=$(cat "$file"); answers && return
  done
  for file in /usr/local/etc/redis/redis.conf /etc/redis/redis.conf /etc/valkey/valkey.conf /data/redis.conf; do
    [ -r "$file" ] || continue
    REDISCLI_AUTH=$(sed -n 's/^ *requirepass *"\\{0,1\\}\\([^"]*\\)"\\{0,1\\} *$/\\1/p' "$file"); answers && return
  done
  echo "it does not answer to redis-cli ping, or its password is neither in REDIS_PASSWORD nor in a file of /run/secrets" >&2
  exit 1
}
secret_of`;

/** The place for the files: the server's `dir` and `dbfilename`, else the place in its image. */
const place = `
dir=$(printf '%s\\n' "$SLIPWAY_ASKED" | sed -n 2p); dir=\${dir:-$PWD}
file=$(printf '%s\\n' "$SLIPWAY_ASKED" | sed -n 4p); file=\${file:-dump.rdb}
cd "$dir" || exit 1`;

/** A server that keeps an append-only file reads only that one: it is made anew from the snapshot. */
const rewritten = `
server=$(command -v redis-server || command -v valkey-server)
cli=$(command -v redis-cli || command -v valkey-cli)
talk() { "$cli" -s /tmp/slipway.sock "$@"; }
wait_for() { tries=0; until talk $1 2>/dev/null | grep -q "$2"; do tries=$((tries + 1)); [ $tries -lt 3000 ] || exit 1; sleep 0.1; done; }
"$server" --dir "$dir" --dbfilename "$file" --appendonly no --save '' --port 0 --unixsocket /tmp/slipway.sock \\
  --daemonize yes >/dev/null || exit 1
wait_for ping PONG
talk config set appendonly yes >/dev/null || exit 1
wait_for 'info persistence' aof_rewrite_in_progress:0
wait_for 'info persistence' aof_rewrite_scheduled:0
talk info persistence | grep -q aof_last_bgrewrite_status:ok || exit 1
talk shutdown nosave`;

/** A server waits five seconds for further replicas (`repl-diskless-sync-delay`); here none comes. */
const saved = `
hurry=$("$cli" config get repl-diskless-sync-delay 2>/dev/null | sed -n 2p)
case $hurry in [1-9]*)
  "$cli" config set repl-diskless-sync-delay 0 >/dev/null
  trap '"$cli" config set repl-diskless-sync-delay "$hurry" >/dev/null' EXIT ;;
esac
"$cli" --rdb - || exit 1`;

/** Redis and Valkey: a snapshot, as a replica would get it, while everything runs on. */
export const redis: Known = {
  images: /^(redis|valkey|redis-stack|redis-stack-server)$/,
  extension: "rdb",
  save: { way: "asked", script: `${connection}${saved}` },
  restore: {
    way: "placed",
    ask: `${connection}\n"$cli" config get dir; "$cli" config get dbfilename`,
    script: `${place}
owner=$(ls -ldn . | awk '{ print $3 ":" $4 }')
cat > slipway.part || exit 1
mv slipway.part "$file" || exit 1
if [ -e appendonlydir ] || [ -e appendonly.aof ]; then
  rm -rf appendonlydir appendonly.aof
  ${rewritten.trim().replaceAll("\n", "\n  ")}
fi
chown -R "$owner" .`,
  },
  scratch: { env: {}, ready: `[ "$( (redis-cli ping || valkey-cli ping) 2>/dev/null )" = PONG ]` },
};
