import { hostKeyFile, keptScript } from "./startup";

/**
 * The custom data of an Azure VM: for cloud-init, which puts the host key in its place before sshd first starts, and at each boot runs the
 * start-up script that the VM's user data holds. User data can be changed on a VM that is there, custom data cannot, so nothing
 * of it but the key may ever differ from what earlier releases wrote: another text would replace every VM.
 *
 * @param hostKey the private SSH host key, OpenSSH text
 * @returns text for cloud-init, not yet in base64; a secret
 * @see https://learn.microsoft.com/azure/virtual-machines/user-data
 * @see https://cloudinit.readthedocs.io/en/latest/reference/modules.html
 */
export function cloudConfig(hostKey: string): string {
  const files = [
    { path: hostKeyFile, permissions: "0600", content: `${hostKey.trim()}\n` },
    {
      path: "/etc/ssh/sshd_config.d/00-slipway.conf",
      permissions: "0644",
      content: `HostKey ${hostKeyFile}\n`,
    },
    { path: "/var/lib/cloud/scripts/per-boot/slipway", permissions: "0755", content: bootstrap },
  ];
  // JSON is YAML, and asks for no rules of quoting.
  return `#cloud-config\n${JSON.stringify({ write_files: files }, undefined, 2)}\n`;
}

const bootstrap = `#!/bin/bash
# Runs the start-up script that this machine's user data holds; where it cannot be had, the one of the last boot.
set -u
kept=${keptScript}

fetch() {
    python3 - <<'PYTHON'
import base64, sys, urllib.request
address = "http://169.254.169.254/metadata/instance/compute/userData?api-version=2021-01-01&format=text"
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
answer = opener.open(urllib.request.Request(address, headers={"Metadata": "true"}), timeout=5).read()
sys.stdout.buffer.write(base64.b64decode(answer))
PYTHON
}

umask 077
for _ in 1 2 3 4 5 6; do
    if fetch >"$kept.next" && [ "$(head -c 2 "$kept.next")" = '#!' ]; then
        chmod 700 "$kept.next" && mv "$kept.next" "$kept"
        break
    fi
    sleep 5
done
if [ ! -x "$kept" ]; then
    install -d -m 755 /run/slipway
    echo "The machine's user data holds no start-up script: restart it, and look at its boot diagnostics if that does not help." >/run/slipway/failed
    chmod 644 /run/slipway/failed
    exit 1
fi
exec "$kept"
`;
