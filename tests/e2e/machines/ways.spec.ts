import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { folderOf } from "../../../machine/ssh/files";
import { writeSshFiles } from "../../../machine/ssh/tunnel";
import { onEngine, pulumi } from "../engines";
import { assertClear, inOrder, succeeds, upAndClean } from "../expect";
import { Project } from "../project";
import { must, run } from "../run";
import { Machine } from "./machine";

const stages = ["staging", "production"] as const;

onEngine(pulumi, "a machine that both stages share, behind a jump host and for a user who is not root", (kind) => {
  inOrder();

  let jump: Machine;
  let machine: Machine;
  let project: Project;

  const set = async (changes: Record<string, string>): Promise<void> => {
    for (const [key, value] of Object.entries(changes)) {
      for (const stage of stages) await project.engine.setConfig(stage, `machine.${key}`, value);
    }
  };

  /** Tries a setting, which has to be refused in a preview and in an update, and takes it back. */
  const refused = async (
    changes: Record<string, string>,
    back: Record<string, string>,
    says: RegExp,
  ): Promise<void> => {
    await set(changes);
    const preview = await project.engine.preview("staging");
    assert.ok(!preview.ok, preview.text);
    assert.match(preview.text, says);
    const update = await project.engine.up("staging");
    assert.ok(!update.ok, update.text);
    assertClear(update, says);
    await set(back);
  };

  before(async () => {
    [jump, machine] = await Promise.all([Machine.start(), Machine.start()]);
    // One key opens both.
    await jump.admit(machine);
    project = await Project.create(kind, "ways", join(__dirname, "..", "fixtures", "small"));
    const { mirrors } = await project.registry();
    const { port, hostKey } = jump.settings;
    const way = {
      kind: "ssh",
      host: await machine.address(),
      user: "ada",
      hostKey: machine.hostKey,
      jump: { host: "127.0.0.1", port, hostKey },
    };
    await project.stage("staging", { compose: "compose.yaml", machine: way, registry: { kind: "local", mirrors } });
    await project.stage("production", { promoteFrom: "staging", machine: way });
    for (const stage of stages) await project.engine.setConfig(stage, "machine.key", machine.key, { secret: true });
  });

  after(async () => {
    await project?.dispose();
    await Promise.all([jump, machine].map((each) => each?.dispose()));
  });

  it("is refused while Docker is missing and the user may not install it", async () => {
    await refused({}, {}, /has no Docker, and ada may not install it: take a user who is root or may run sudo/);
  });

  it("has no connection to one that somebody put in its place: the folder for sockets is refused, and ssh leaves it alone", async () => {
    const { TMPDIR, XDG_RUNTIME_DIR } = process.env;
    const temporary = mkdtempSync("/tmp/shared-");
    const sockets = join(temporary, `slipway-${process.geteuid?.() ?? 0}`);
    const way = { ...jump.settings, user: "root", key: machine.key, hostKey: [jump.hostKey] };
    const reached = async (...args: string[]): Promise<string> => {
      const config = join(project.folder, folderOf(way), "config");
      return (await run("ssh", ["-F", config, ...args])).stdout.trim();
    };
    chmodSync(temporary, 0o1777);
    process.env["TMPDIR"] = temporary;
    delete process.env["XDG_RUNTIME_DIR"];
    try {
      const config = join(project.folder, writeSshFiles(way, project.folder));
      assert.equal(await reached("machine", "hostname"), jump.name);
      await must("ssh", ["-F", config, "-O", "check", "machine"]);
      const [, path = ""] = /^controlpath (.+)$/m.exec(await reached("-G", "machine")) ?? [];
      await must("ssh", ["-F", config, "-O", "exit", "machine"]);
      // As after a restart, which empties /tmp: somebody else's folder, with a way to their own machine.
      renameSync(sockets, `${sockets}-gone`);
      mkdirSync(sockets);
      chmodSync(sockets, 0o777);
      const identity = ["-i", join(project.folder, folderOf(way), "key"), "-o", "StrictHostKeyChecking=no"];
      const theirs = ["-o", "UserKnownHostsFile=/dev/null", `root@${await machine.address()}`];
      await must("ssh", [...identity, "-M", "-S", path, "-o", "ControlPersist=60", ...theirs, "true"]);
      try {
        assert.equal(await reached("-S", path, "machine", "hostname"), machine.name, "the false one is at work");
        assert.equal(await reached("machine", "hostname"), jump.name);
        await refused({}, {}, /slipway-\d+ has the mode 0777 in the place of 0700, and .* set TMPDIR/);
      } finally {
        await run("ssh", ["-S", path, "-O", "exit", "theirs"]);
      }
    } finally {
      delete process.env["TMPDIR"];
      Object.assign(process.env, TMPDIR === undefined ? {} : { TMPDIR });
      Object.assign(process.env, XDG_RUNTIME_DIR === undefined ? {} : { XDG_RUNTIME_DIR });
      rmSync(temporary, { recursive: true, force: true });
    }
  });

  it("is refused with another host key than the settings name, on the way there and at its end", async () => {
    const end = { hostKey: machine.hostKey };
    await refused({ hostKey: jump.hostKey }, end, /shows another host key than slipway:machine says/);
    const gate = { "jump.hostKey": jump.hostKey };
    await refused({ "jump.hostKey": machine.hostKey }, gate, /shows another host key than slipway:machine says/);
  });

  it("is refused where the login is, where nothing answers and where a name leads nowhere", async () => {
    await refused({ user: "eve" }, { user: "ada" }, /refuses the login of eve: put the public key into/);
    const host = await machine.address();
    await refused(
      { port: "23" },
      { port: "22" },
      /The jump host does not get through to port 23 of [\d.]+: start the SSH server there/,
    );
    await refused({ host: "nowhere.invalid" }, { host }, /does not get through to port 22 of nowhere\.invalid/);
    const gate = { "jump.port": String(jump.port), "jump.host": "127.0.0.1" };
    await refused({ "jump.port": "1" }, gate, /Nothing answers at port 1 of the jump host/);
    await refused({ "jump.host": "nowhere.invalid" }, gate, /The jump host's name leads nowhere/);
  });

  it("is refused where the settings are wrong, before anybody is asked", async () => {
    await refused({ port: "99999" }, { port: "22" }, /slipway:machine\.port must be a whole number from 1 to 65535/);
    await refused(
      { hostKey: "AAAA" },
      { hostKey: machine.hostKey },
      /slipway:machine\.hostKey must be the host's public key/,
    );
  });

  it("gets Docker where the user may run sudo, and runs both stages with one registry", async () => {
    await machine.sh("echo 'ada ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/ada");
    assert.match((await succeeds(project.engine.up("staging"))).text, /installing docker\.io/);
    await upAndClean(project.engine, "production");
    const { stdout } = await machine.docker("ps", "--format", '{{.Label "slipway.stage"}} {{.Label "slipway.role"}}');
    assert.deepEqual(stdout.match(/^.* registry$/gm), ["staging registry"]);
    assert.deepEqual(Object.keys(await machine.services("production")), ["app"]);
  });

  it("is refused while its SSH server forwards nothing, while its disk is full, and while its Docker Engine is stopped", async () => {
    await machine.sh("mount -t tmpfs -o size=20m tmpfs /var/lib/docker");
    await refused(
      {},
      {},
      /has \d+ MiB left in \/var\/lib\/docker, too little for containers to start: make room there/,
    );
    await machine.sh("umount /var/lib/docker");
    await machine.sh("echo 'DisableForwarding yes' >/etc/ssh/sshd_config.d/none.conf && pkill -HUP -o sshd");
    await refused({}, {}, /Its SSH server forwards nothing: set AllowTcpForwarding and AllowStreamLocalForwarding/);
    await machine.sh("rm /etc/ssh/sshd_config.d/none.conf && pkill -HUP -o sshd");
    await machine.sh("pkill -x dockerd; while [ -e /var/run/docker.sock ]; do sleep 0.2; done");
    await refused({}, {}, /does not run: start it there \(systemctl start docker\)/);
    await machine.sh("systemctl start docker; until docker version; do sleep 0.2; done >/dev/null 2>&1");
    await succeeds(project.engine.up("staging"));
  });

  it("is left clean by destroying both", async () => {
    await succeeds(project.engine.destroy("production"));
    await succeeds(project.engine.destroy("staging"));
    assert.equal((await machine.docker("ps", "--all", "--quiet")).stdout, "");
  });
});
