#!/bin/sh
# Options alone are haproxy's; it runs with a master process (-W) and in the foreground (-db).
set -e
case "$1" in
    -*) set -- haproxy "$@" ;;
esac
if [ "$1" = haproxy ]; then
    shift
    set -- haproxy -W -db "$@"
fi
exec "$@"
