# shellcheck shell=bash
# The Pulumi CLI and the provider plugins. Sourced by demo and test.

# Which CLI is fetched where there is none. npm's package of this version fetches the CLI of the same version.
pulumi_version=3.265.0
pulumi_home=$state/cli
fetched_bin=$pulumi_home/versions/$pulumi_version/bin

# ensure_pulumi: the CLI on PATH; else the one fetched before; else the one that npm's package `pulumi` fetches.
ensure_pulumi() {
    if find_pulumi; then
        ok "Pulumi CLI $(pulumi version) ($(command -v pulumi))"
        return
    fi
    fetch_pulumi || return
    find_pulumi
    ok "fetched the Pulumi CLI $(pulumi version) ($fetched_bin/pulumi)"
}

# find_pulumi: true where a CLI is here; one that was fetched before is put on PATH.
find_pulumi() {
    command -v pulumi >/dev/null && return
    [ -x "$fetched_bin/pulumi" ] && export PATH="$fetched_bin:$PATH"
}

# fetch_pulumi: into the state folder, so that nothing outside of the project changes.
fetch_pulumi() {
    # Pulumi's own installer, which the package runs, needs them.
    local program
    for program in curl tar; do
        command -v "$program" >/dev/null || install_package "$program" "$program" || return
    done
    begin "fetching the Pulumi CLI (npx pulumi@$pulumi_version)"
    PULUMI_HOME=$pulumi_home PULUMI_VERSION=$pulumi_version PULUMI_SKIP_UPDATE_CHECK=true \
        quietly fetch-pulumi bounded npx --yes "pulumi@$pulumi_version" version ||
        stop "no Pulumi CLI is on PATH, and it could not be fetched" \
            "npx pulumi@$pulumi_version takes npm's package 'pulumi', which downloads the CLI from https://get.pulumi.com;" \
            "that download could not be had from here." \
            "Install Pulumi in another way (https://www.pulumi.com/docs/install/) so that 'pulumi' is on PATH," \
            "then run this command again: it goes on from here."
}

# ensure_plugins: the provider plugins of the npm packages in use, in their versions.
ensure_plugins() {
    local name version list=""
    while read -r name version; do
        begin "fetching Pulumi's provider plugin $name $version"
        quietly "plugin-$name" bounded pulumi plugin install resource "$name" "$version" ||
            stop "Pulumi's provider plugin $name $version could not be fetched" \
                "Pulumi downloads it from https://get.pulumi.com/releases/plugins, which could not be had from here." \
                "Bring the file in another way and install it: pulumi plugin install resource $name $version --file FILE" \
                "Then run this command again." || return
        list="$list${list:+, }$name $version"
    done < <(plugins_in_use)
    ok "provider plugins: $list"
}

# plugins_in_use: prints name and version of each, as package.json has them, so that it can be asked before packages are
# installed. Of Pulumi's packages only the SDK and the policies' are no provider's.
plugins_in_use() {
    node -e '
        for (const [name, version] of Object.entries(require("./package.json").dependencies)) {
            const provider = /^@pulumi\/(?!pulumi$|policy$)(.*)$/.exec(name)?.[1];
            if (provider) console.log(provider, version);
        }'
}

# bounded COMMAND…: runs COMMAND; where give_up_at is set, not beyond that many seconds since the set-up began.
bounded() {
    if [ -z "${give_up_at:-}" ] || ! command -v timeout >/dev/null; then
        "$@"
        return
    fi
    timeout -k 5 "$((give_up_at > SECONDS ? give_up_at - SECONDS : 1))" "$@"
}
