# shellcheck shell=bash
# The project's npm packages, and its own program compiled. Sourced by demo and test.

# install_packages [all]: npm ci, unless what is installed is as the lock file says; with "all" the clouds' providers as well.
install_packages() {
    local which=() megabytes=200
    [ "${1:-}" != all ] || { which=(--include=peer) && megabytes=440; }
    if packages_are_current && { [ "${1:-}" != all ] || [ -e node_modules/@pulumi/gcp ]; }; then
        ok "npm packages are installed"
        return
    fi
    begin "installing npm packages (npm ci${which[*]:+ ${which[*]}})"
    so_far() { printf ', %s MB of about %s' "$(du -sm node_modules 2>/dev/null | grep -o '^[0-9]*')" "$megabytes"; }
    quietly npm-ci npm ci "${which[@]}" --no-audit --no-fund ||
        stop "npm ci failed; its output is above" "Where the npm registry cannot be reached, npm config set registry names another." || return
    so_far() { :; }
    ok "installed npm packages"
}

packages_are_current() {
    [ -f node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ]
}

# build_program: compiles, unless nothing has changed since.
build_program() {
    if is_built; then
        ok "the program is built"
        return
    fi
    begin "building (npm run build)"
    quietly build npm_quietly run build || stop "npm run build failed; its output is above" || return
    ok "built the program"
}

# is_built: true if dist is there and no source is newer.
is_built() {
    { [ -f dist/slipway.js ] && [ -f dist/compose/index.js ] && [ -f runner/dist/main.js ] && [ -f index.js ]; } || return
    [ -z "$(find . \( -name node_modules -o -name dist -o -name tests -o -name apps -o -name bench -o -name '.*' ! -name . \) -prune -o \
        \( -name '*.ts' -o -name 'tsconfig*.json' \) -newer dist/slipway.js -print | head -n 1)" ]
}
