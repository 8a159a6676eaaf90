#!/bin/sh
# A configuration file alone is served; a sub-command of the registry needs no program name.
set -e
case "$1" in
    *.yml | *.yaml) set -- registry serve "$@" ;;
    serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac
exec "$@"
