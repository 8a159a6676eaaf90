import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { parse } from "yaml";
import { cloudConfig } from "../../../machine/vm/bootstrap";

interface CloudConfig {
  write_files: { path: string; permissions: string; content: string }[];
}

const config = (hostKey: string): CloudConfig => parse(cloudConfig(hostKey)) as CloudConfig;

describe("what an Azure VM is told once, when it is made", () => {
  it("is cloud-init's own format", () => {
    assert.match(cloudConfig("key"), /^#cloud-config\n/);
  });

  it("puts the host key in its place before the SSH server starts, then runs the start-up script at each boot", () => {
    const files = config("-----BEGIN\n'\"$(x)\n-----END\n").write_files;
    assert.deepEqual(
      files.map(({ path, permissions }) => [path, permissions]),
      [
        ["/etc/ssh/slipway_host_ed25519_key", "0600"],
        ["/etc/ssh/sshd_config.d/00-slipway.conf", "0644"],
        ["/var/lib/cloud/scripts/per-boot/slipway", "0755"],
      ],
    );
    assert.equal(files[0]?.content, "-----BEGIN\n'\"$(x)\n-----END\n");
    assert.equal(files[1]?.content, "HostKey /etc/ssh/slipway_host_ed25519_key\n");
  });

  it("is the same text for the same key for ever: another would replace every VM", () => {
    assert.equal(
      createHash("sha256").update(cloudConfig("key")).digest("hex"),
      "8fb526a1b05eee8f221eb2dda487f94ee13975fb3bc7d997c6f70cd815c95175",
    );
  });

  it("runs a script that is plain bash without a complaint of shellcheck's", function () {
    const input = config("key").write_files[2]?.content;
    assert.equal(spawnSync("bash", ["-n"], { input }).status, 0);
    const checked = spawnSync("shellcheck", ["-"], { input, encoding: "utf8" });
    if (checked.error) {
      this.skip();
    }
    assert.equal(checked.stdout, "");
  });
});
