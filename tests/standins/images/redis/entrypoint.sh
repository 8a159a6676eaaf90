#!/bin/sh
# Options alone are redis-server's; root gives up its rights; protected mode is off unless somebody asks for it.
set -e
case "$1" in
    -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "$1" = redis-server ]; then
    if [ "$(id -u)" = 0 ]; then
        find . \! -user redis -exec chown redis '{}' +
        exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
    fi
    case "$*" in
        *protected-mode* | *.conf* | *--version* | *--help*) ;;
        *) set -- "$@" --protected-mode no ;;
    esac
fi
exec "$@"
