# Makes a machine fit for a stage, at each of its boots: SSH as Slipway expects it, the data disk, and Docker with all its data on
# that disk. What there is already is left as it is. Above stand the values of user, authorized_key, host_key, disks,
# closed, updates and reboot_at.
# shellcheck shell=bash disable=SC2154
set -euo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

run=/run/slipway
data=/var/lib/slipway
docker_root=$data/docker
kept=/usr/local/sbin/slipway-start
shield=/usr/local/sbin/slipway-shield
host_key_file=/etc/ssh/slipway_host_ed25519_key
disk_wait=300
docker_wait=120
pause=10

main() {
    begin
    doing="keep its start-up script"; keep_script
    doing="let $user in"; let_in
    doing="set up SSH"; set_up_ssh
    doing="find the data disk"; find_disk
    doing="format the data disk"; format_if_blank
    doing="mount the data disk"; mount_disk
    doing="grow the data disk's file system"; resize2fs "$disk"
    doing="install curl"; install_curl
    doing="prepare Docker's settings"; set_up_docker
    doing="install Docker"; install_docker
    doing="start Docker"; start_docker
    doing="set up the updates of its operating system"; set_up_updates
    finish
}

begin() {
    install -d -m 755 "$run"
    rm -f "$run/ready" "$run/failed"
    doing="begin"
    trap 'tell $?' EXIT
}

finish() { place 644 "$run/ready" <<<"$(date -u +%FT%TZ)"; }

# fail SENTENCE: ends the start-up for a reason that people can do something about.
fail() {
    echo "slipway: $1" >&2
    printf '%s\n' "$1" >"$run/failed.next" && mv "$run/failed.next" "$run/failed"
    exit 1
}

# tell STATUS: leaves a sentence for whatever ended the start-up without one.
tell() {
    if [ "$1" -ne 0 ] && [ ! -s "$run/failed" ]; then
        (fail "The machine could not $doing: sudo journalctl -b on it tells why; sudo $kept tries again.") || true
    fi
}

# place MODE FILE: gives the file what comes on standard input, whole or not at all; sets changed to yes where it had something else.
place() {
    install -d "$(dirname "$2")"
    (umask 077 && cat >"$2.next")
    chmod "$1" "$2.next"
    if cmp -s "$2.next" "$2"; then rm "$2.next"; return; fi
    mv "$2.next" "$2"
    changed=yes
}

# retry TIMES COMMAND…: until it succeeds.
retry() {
    local left=$1
    shift
    until "$@"; do
        left=$((left - 1))
        [ "$left" -gt 0 ] || return 1
        sleep "$pause"
    done
}

has_systemd() { [ -d /run/systemd/system ]; }

reload_units() { if has_systemd; then systemctl daemon-reload; fi; }

keep_script() {
    [ "${BASH_SOURCE[0]}" -ef "$kept" ] || install -m 700 "${BASH_SOURCE[0]}" "$kept"
}

let_in() {
    local home
    getent passwd "$user" >/dev/null || useradd --create-home --shell /bin/bash --password '*' "$user"
    home=$(getent passwd "$user" | cut -d: -f6)
    install -d -m 700 -o "$user" -g "$(id -g "$user")" "$home/.ssh"
    place 600 "$home/.ssh/authorized_keys" <<<"$authorized_key"
    chown "$user:$(id -g "$user")" "$home/.ssh/authorized_keys"
    # Who may use Docker is root already; this only spares them the detour.
    place 440 /etc/sudoers.d/slipway <<<"$user ALL=(ALL) NOPASSWD:ALL"
}

set_up_ssh() {
    changed=no
    # The image's own agents make new keys as they please, each under its usual name, so this one has a name of its own.
    if [ -n "$host_key" ]; then place 600 "$host_key_file" <<<"$host_key"; fi
    # A stage opens more connections and sessions at once than sshd takes by default.
    place 644 /etc/ssh/sshd_config.d/00-slipway.conf <<SSHD
HostKey $host_key_file
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxSessions 100
MaxStartups 100
SSHD
    [ "$changed" = yes ] || return 0
    install -d -m 755 /run/sshd
    sshd -t
    service ssh restart
}

# find_disk: sets disk to the first of the places where the data disk may show up that is there.
find_disk() {
    local until=$((SECONDS + disk_wait)) device
    while true; do
        for device in $disks; do
            if [ -b "$device" ]; then disk=$(readlink -f "$device"); return; fi
        done
        [ "$SECONDS" -lt "$until" ] || break
        sleep 2
    done
    fail "The data disk has not shown up as $disks within $disk_wait s: check that it is attached to the machine, then restart the machine."
}

# format_if_blank: a disk that holds anything is never formatted.
format_if_blank() {
    local holds
    # That nothing was recognized is no proof of anything: a disk that cannot be read says the same.
    holds=$(blkid -p -s TYPE -s PTTYPE -o value "$disk" || true)
    case $holds in
        ext4) return ;;
        "") ;;
        *) fail "The data disk $disk holds ${holds//$'\n'/, } and not the ext4 that Slipway would put there, so it is left alone: attach an empty disk." ;;
    esac
    is_blank || fail "The data disk $disk is neither empty nor has it a file system that is known here, so it is left alone: attach an empty disk, or look at it."
    mkfs.ext4 -q -m 1 -L slipway-data "$disk"
}

# is_blank: is no trace of anything known on the disk, and are its first MiB, its last one and 31 between them all zero? What cannot be
# read is not.
is_blank() {
    local traces size part
    traces=$(wipefs -n "$disk") && [ -z "$traces" ] || return 1
    size=$(size_of "$disk") && [ "$size" -ge 1048576 ] || return 1
    for part in {0..32}; do
        cmp -s -n 1048576 -i "$(((size - 1048576) * part / 32)):0" "$disk" /dev/zero || return 1
    done
}

# size_of DISK: prints its size in bytes.
size_of() { if [ -b "$1" ]; then blockdev --getsize64 "$1"; else stat -c %s "$1"; fi; }

mount_disk() {
    local uuid others
    uuid=$(blkid -p -s UUID -o value "$disk")
    others=$(awk -v at="$data" '$2 != at' /etc/fstab)
    install -d -m 755 "$data"
    place 644 /etc/fstab <<FSTAB
$others
UUID=$uuid $data ext4 defaults,noatime,nofail,x-systemd.device-timeout=60s 0 2
FSTAB
    reload_units
    mountpoint -q "$data" || mount "$data"
    [ "$(mounted_from)" = "$disk" ] || fail "$(mounted_from) is mounted on $data, and the data disk is $disk: restart the machine."
}

mounted_from() { readlink -f "$(findmnt -n -o SOURCE --mountpoint "$data")"; }

# set_up_docker: before Docker first starts, so that nothing of its data ever lies elsewhere.
set_up_docker() {
    changed=no
    # Docker's newer way to keep images would put them, and what containers write, outside of its data-root.
    place 644 /etc/docker/daemon.json <<JSON
{
  "data-root": "$docker_root",
  "features": { "containerd-snapshotter": false }
}
JSON
    place 755 "$shield" <<<"$(shield_program)"
    # Without the disk Docker would start with no containers at all, and with an empty place for new ones.
    place 644 /etc/systemd/system/docker.service.d/slipway.conf <<UNIT
[Unit]
RequiresMountsFor=$data

[Service]
ExecStartPre=$shield
UNIT
    docker_changed=$changed
    reload_units
}

# shield_program: what keeps containers from the machine's own identity, start-up script and keys, which its cloud tells whoever asks.
shield_program() {
    local spot rule
    printf '#!/bin/sh\n# Containers do not reach these; the machine itself does.\nset -e\n'
    for spot in $closed; do
        rule="PREROUTING --destination ${spot%:*} --protocol tcp --dport ${spot##*:} --jump DROP"
        printf 'iptables -w -t raw -C %s 2>/dev/null || iptables -w -t raw -A %s\n' "$rule" "$rule"
    done
}

# install_curl: with it the machine asks its cloud who it is, which a machine that has Docker already must do as well.
install_curl() { command -v curl >/dev/null || apt_install curl ca-certificates; }

install_docker() {
    command -v dockerd >/dev/null && command -v docker >/dev/null && return
    apt_install docker.io apparmor ca-certificates
    # Newer releases have the command in a package of its own.
    command -v docker >/dev/null || apt_install docker-cli
}

apt_install() {
    local apt=(apt-get -q -o DPkg::Lock::Timeout=300)
    retry 3 dpkg --configure -a || true
    retry 10 "${apt[@]}" -o APT::Update::Error-Mode=any update ||
        fail "No package archive answers, so $1 cannot be installed: check that the machine may reach the internet; sudo $kept tries again."
    retry 3 "${apt[@]}" install -y --no-install-recommends "$@" ||
        fail "$1 cannot be installed from the operating system's package archive: sudo apt-get install $* on the machine tells why."
}

start_docker() {
    local until=$((SECONDS + docker_wait)) root
    usermod --append --groups docker "$user"
    "$shield"
    if [ "$docker_changed" = yes ] || [ "$(running_root)" != "$docker_root" ]; then service docker restart; fi
    until root=$(running_root) && [ -n "$root" ]; do
        [ "$SECONDS" -lt "$until" ] || fail "Docker does not answer after $docker_wait s: sudo journalctl -u docker on the machine tells why."
        sleep 1
    done
    [ "$root" = "$docker_root" ] ||
        fail "Docker keeps its data in $root, which is not on the data disk: take --data-root out of its start command."
}

# running_root: prints where the running Docker keeps its data; nothing where none runs.
running_root() { docker info --format '{{.DockerRootDir}}' 2>/dev/null || true; }

set_up_updates() {
    local on=0 restart=false
    if [ "$updates" = security ]; then
        on=1
        command -v unattended-upgrade >/dev/null || apt_install unattended-upgrades
    fi
    [ -z "$reboot_at" ] || restart=true
    # An update of Docker ends every container, so it is for people to choose the moment.
    place 644 /etc/apt/apt.conf.d/99slipway <<APT
APT::Periodic::Update-Package-Lists "$on";
APT::Periodic::Unattended-Upgrade "$on";
Unattended-Upgrade::Package-Blacklist { "^docker"; "^containerd"; "^runc"; };
Unattended-Upgrade::Automatic-Reboot "$restart";
Unattended-Upgrade::Automatic-Reboot-Time "${reboot_at:-now}";
APT
}
