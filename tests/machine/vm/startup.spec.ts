import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { program, startupScript, type Startup } from "../../../machine/vm/startup";

const given: Startup = {
  user: "slipway",
  authorizedKey: "ssh-ed25519 AAAA slipway\n",
  hostKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn\n-----END OPENSSH PRIVATE KEY-----\n",
  disks: ["/dev/disk/by-id/google-slipway-data", "/dev/other"],
  closed: ["169.254.169.254:80"],
  updates: { install: "security", reboot: "04:00" },
};

/** The values as bash has them once it has read the script. */
function read(startup: Startup): string[] {
  const names = ["user", "authorized_key", "host_key", "disks", "closed", "updates", "reboot_at"];
  const head = startupScript(startup).replace(/\nmain\n$/, "\n");
  const show = `printf '%s\\0' ${names.map((name) => `"$${name}"`).join(" ")}`;
  return execFileSync("bash", ["-s"], { input: `${head}\n${show}\n`, encoding: "utf8" })
    .split("\0")
    .slice(0, -1);
}

describe("a machine's start-up script", () => {
  it("hands its values over as they are", () => {
    assert.deepEqual(read(given), [
      "slipway",
      "ssh-ed25519 AAAA slipway",
      given.hostKey?.trim(),
      "/dev/disk/by-id/google-slipway-data /dev/other",
      "169.254.169.254:80",
      "security",
      "04:00",
    ]);
  });

  it("hands over whatever text it is given, and runs none of it", () => {
    const nasty = fc.string({ unit: fc.constantFrom("'", '"', "$", "`", "\\", "\n", "a", "(", ")", ";", "#", "é") });
    fc.assert(
      fc.property(nasty, (text) => {
        const [, key, hostKey] = read({ ...given, authorizedKey: `a${text}b`, hostKey: `a${text}b` });
        assert.deepEqual([key, hostKey], [`a${text}b`, `a${text}b`]);
      }),
      { numRuns: 25 },
    );
  });

  it("has no host key where something else puts it there", () => {
    const { hostKey: _hostKey, ...without } = given;
    assert.equal(read(without)[2], "");
  });

  it("refuses a list whose items it could not tell apart", () => {
    assert.throws(
      () => startupScript({ ...given, disks: ["/dev/a b"] }),
      new Error(`disks of a start-up script has "/dev/a b": letters, digits and . / : @ - _ only.`),
    );
  });

  it("is plain bash without a complaint of shellcheck's", function () {
    const script = startupScript(given);
    assert.equal(spawnSync("bash", ["-n"], { input: script }).status, 0);
    const checked = spawnSync("shellcheck", ["-"], { input: script, encoding: "utf8" });
    if (checked.error) {
      this.skip();
    }
    assert.equal(checked.stdout, "");
  });
});

describe("a step of a machine's start-up", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "slipway-startup-"));
    mkdirSync(join(folder, "run"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs commands with the script's functions at hand; what they call on the machine, `around` stands in for. */
  function step(commands: string, around = "") {
    const script = `${program()}\nrun=$PWD/run data=$PWD/data disk=$PWD/disk pause=0 disk_wait=0 docker_wait=0\n${around}\n${commands}\n`;
    const { status, stdout, stderr } = spawnSync("bash", ["-s"], { input: script, cwd: folder, encoding: "utf8" });
    const failed = join(folder, "run", "failed");
    return { status, stdout, stderr, failed: existsSync(failed) ? readFileSync(failed, "utf8").trim() : undefined };
  }

  const disk = (content: Buffer): void => writeFileSync(join(folder, "disk"), content);
  const formats = `mkfs.ext4() { echo "mkfs $*"; }`;
  const recognizes = (what: string): string => `${formats}\nblkid() { ${what}; }`;

  it("formats a disk that is empty", () => {
    disk(Buffer.alloc(2 << 20));
    const { status, stdout } = step("format_if_blank", recognizes("return 2"));
    assert.equal(status, 0);
    assert.equal(stdout, `mkfs -q -m 1 -L slipway-data ${join(folder, "disk")}\n`);
  });

  it("leaves a disk alone that it formatted before", () => {
    disk(Buffer.alloc(2 << 20));
    assert.deepEqual(step("format_if_blank", recognizes("echo ext4")), {
      status: 0,
      stdout: "",
      stderr: "",
      failed: undefined,
    });
  });

  for (const what of ["xfs", "crypto_LUKS", "gpt", "LVM2_member"]) {
    it(`never formats a disk that holds ${what}`, () => {
      disk(Buffer.alloc(2 << 20));
      const { status, stdout, failed } = step("format_if_blank", recognizes(`echo ${what}`));
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(
        failed ?? "",
        new RegExp(`^The data disk .* holds ${what} and not the ext4 .* attach an empty disk\\.$`),
      );
    });
  }

  it("never formats a disk that holds something unknown", () => {
    const content = Buffer.alloc(2 << 20);
    content[1 << 19] = 1;
    disk(content);
    const { status, stdout, failed } = step("format_if_blank", recognizes("return 2"));
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(failed ?? "", /is neither empty nor has it a file system that is known here, so it is left alone/);
  });

  for (const [where, at] of [
    ["in the middle of it", (32 << 20) + 7],
    ["at its very end", (64 << 20) - 1],
  ] as const) {
    it(`never formats a disk that holds something unknown ${where}`, () => {
      const content = Buffer.alloc(64 << 20);
      content[at] = 1;
      disk(content);
      const { status, stdout, failed } = step("format_if_blank", recognizes("return 2"));
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(failed ?? "", /is neither empty/);
    });
  }

  it("never formats a disk with a trace of something, whatever else is empty", () => {
    disk(Buffer.alloc(2 << 20));
    const traces = `wipefs() { echo "disk 0x1fe dos"; }`;
    const { status, stdout } = step("format_if_blank", `${recognizes("return 8")}\n${traces}`);
    assert.deepEqual([status, stdout], [1, ""]);
  });

  it("installs curl also where Docker is there already", () => {
    const around = `command() { [ "$2" != curl ]; }\napt_install() { echo "$*"; }`;
    assert.equal(step("install_curl; install_docker", around).stdout, "curl ca-certificates\n");
    assert.equal(step("install_curl", `command() { :; }\napt_install() { echo "$*"; }`).stdout, "");
  });

  it("never formats a disk that cannot be read", () => {
    const { status, stdout } = step("format_if_blank", recognizes("return 2"));
    assert.deepEqual([status, stdout], [1, ""]);
  });

  it("tells that the disk has not shown up, and where it was looked for", () => {
    const { status, failed } = step("find_disk", "disks='/dev/nowhere /dev/neither'");
    assert.equal(status, 1);
    assert.equal(
      failed,
      "The data disk has not shown up as /dev/nowhere /dev/neither within 0 s: check that it is attached to the machine, then restart the machine.",
    );
  });

  it("writes a file whole, with its mode, and says whether it had something else", () => {
    const placed = `place 600 ${folder}/etc/key <<<secret; echo "$changed"`;
    const { stdout } = step(`changed=no; ${placed}; changed=no; ${placed}`);
    assert.equal(stdout, "yes\nno\n");
    assert.equal(readFileSync(join(folder, "etc", "key"), "utf8"), "secret\n");
    assert.equal(statSync(join(folder, "etc", "key")).mode & 0o777, 0o600);
  });

  it("asks the package archives again and again, and then says that they do not answer", () => {
    const apt = `apt-get() { echo "$*" >&2; return 100; }; dpkg() { :; }`;
    const { status, stderr, failed } = step("apt_install docker.io", apt);
    assert.equal(status, 1);
    assert.equal(stderr.match(/ update$/gm)?.length, 10);
    assert.equal(
      failed,
      "No package archive answers, so docker.io cannot be installed: check that the machine may reach the internet; sudo /usr/local/sbin/slipway-start tries again.",
    );
  });

  it("tells what it was doing when something else went wrong", () => {
    const { status, failed } = step("begin; doing='set up SSH'; false");
    assert.equal(status, 1);
    assert.equal(
      failed,
      "The machine could not set up SSH: sudo journalctl -b on it tells why; sudo /usr/local/sbin/slipway-start tries again.",
    );
  });

  it("says that it is ready only at its end, and takes an old word back before", () => {
    writeFileSync(join(folder, "run", "failed"), "old");
    writeFileSync(join(folder, "run", "ready"), "old");
    const { stdout } = step("begin; ls run; finish; ls run");
    assert.equal(stdout, "ready\n");
    assert.match(readFileSync(join(folder, "run", "ready"), "utf8"), /^\d{4}-\d\d-\d\dT[\d:]+Z\n$/);
  });

  it("keeps containers, and containers alone, from what its cloud tells the machine", () => {
    writeFileSync(join(folder, "iptables"), '#!/bin/sh\necho "$*"\n[ "$4" != -C ]\n');
    chmodSync(join(folder, "iptables"), 0o755);
    const { stdout } = step("shield_program | PATH=$PWD:$PATH sh", "closed='169.254.169.254:80 168.63.129.16:32526'");
    const rules = ["169.254.169.254 --protocol tcp --dport 80", "168.63.129.16 --protocol tcp --dport 32526"];
    assert.equal(
      stdout,
      rules
        .flatMap((rule) =>
          ["-C", "-A"].map((verb) => `-w -t raw ${verb} PREROUTING --destination ${rule} --jump DROP\n`),
        )
        .join(""),
    );
  });

  it("does not go on with a Docker whose data lies elsewhere", () => {
    const docker =
      "docker() { echo /var/lib/docker; }; usermod() { :; }; service() { :; }; shield=true; user=a; docker_changed=no";
    const { status, failed } = step("start_docker", docker);
    assert.equal(status, 1);
    assert.match(failed ?? "", /^Docker keeps its data in \/var\/lib\/docker, which is not on the data disk: /);
  });
});
