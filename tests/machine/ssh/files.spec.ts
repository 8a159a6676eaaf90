import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { folderOf, folderOfStage, sshFiles } from "../../../machine/ssh/files";
import { nameOf, type SshMachine } from "../../../machine/ssh/host";

const one = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOne";
const two = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAITwo";
const shop: SshMachine = { host: "shop.example.com", port: 2222, user: "deploy", hostKey: [one] };
const jump = { host: "gate.example.com", port: 22, user: "gate", hostKey: [two] };

describe("the files by which ssh reaches a machine", () => {
  let folder: string;
  let control: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), "slipway 100%-"))));
  before(() => (control = mkdtempSync(join(tmpdir(), "slipway-control-"))));
  after(() => [folder, control].forEach((one) => rmSync(one, { recursive: true, force: true })));

  /** What `ssh` itself makes of the configuration. */
  function settings(machine: SshMachine, name: string): Map<string, string> {
    writeFileSync(join(folder, "config"), sshFiles(machine, folder, control).config);
    const args = ["-T", "-G", "-F", join(folder, "config"), name];
    const lines = execFileSync("ssh", args, { encoding: "utf8" }).split("\n");
    return new Map(lines.map((line) => [line.split(" ", 1)[0] ?? "", line.slice(line.indexOf(" ") + 1)]));
  }

  it("name the host, and check its key against nothing but the settings", () => {
    const read = settings(shop, "machine");
    for (const [key, value] of [
      ["hostname", "shop.example.com"],
      ["port", "2222"],
      ["user", "deploy"],
      ["hostkeyalias", "machine"],
      ["stricthostkeychecking", "true"],
      ["globalknownhostsfile", "/dev/null"],
      ["batchmode", "yes"],
    ] as const) {
      assert.equal(read.get(key), value, key);
    }
    assert.equal(sshFiles(shop, folder, "/tmp/control").known_hosts, `machine ${one}\n`);
  });

  it("find what lies beside them in a folder with any name", () => {
    const read = settings({ ...shop, key: "KEY" }, "machine");
    // Some of them it shows as they are written, others as they are read.
    const path = (key: string): string | undefined => read.get(key)?.replaceAll("%%", "%");
    assert.equal(path("userknownhostsfile"), join(folder, "known_hosts"));
    assert.equal(path("identityfile"), join(folder, "key"));
    assert.equal(read.get("identitiesonly"), "yes");
  });

  it("hold the key with a line's end, which ssh wants", () => {
    assert.equal(sshFiles({ ...shop, key: "KEY\n\n" }, folder, "/tmp").key, "KEY\n");
    assert.equal(sshFiles(shop, folder, "/tmp").key, undefined);
  });

  it("go through a command, where its port is open to that alone", () => {
    const proxyCommand = "gcloud compute start-iap-tunnel shop-staging %p --listen-on-stdin --zone=europe-west1-b";
    assert.equal(settings({ ...shop, proxyCommand }, "machine").get("proxycommand"), proxyCommand);
    assert.notEqual(folderOf({ ...shop, proxyCommand }), folderOf(shop));
  });

  it("lie in a folder that is known before a stage's VM is, and share no connection with another's", () => {
    assert.equal(folderOfStage({ project: "shop", stage: "staging" }), ".slipway/ssh/shop/staging");
    const shares = (machine: SshMachine): string | undefined => settings(machine, "machine").get("controlpath");
    assert.notEqual(shares(shop), shares({ ...shop, hostKey: [two] }));
    assert.equal(shares(shop), shares({ ...shop, key: "KEY" }));
    assert.equal(dirname(shares(shop) ?? ""), control);
  });

  it("share no connection where the folder for it has become another one than this user's alone", () => {
    const controlPath = (name: string): string | undefined => settings({ ...shop, jump }, name).get("controlpath");
    const both = (): (string | undefined)[] => ["machine", "jump"].map(controlPath);
    assert.ok(both().every((path) => path?.startsWith(`${control}/`)));
    const none = [undefined, undefined];
    chmodSync(control, 0o777);
    assert.deepEqual(both(), none);
    chmodSync(control, 0o700);
    if (process.geteuid?.() === 0) {
      chownSync(control, 12345, 12345);
      assert.deepEqual(both(), none);
      chownSync(control, 0, 0);
    }
    renameSync(control, `${control}-real`);
    assert.deepEqual(both(), none);
    symlinkSync(`${control}-real`, control);
    assert.deepEqual(both(), none);
    rmSync(control);
    renameSync(`${control}-real`, control);
    assert.ok(both().every((path) => path?.startsWith(`${control}/`)));
  }).timeout(30_000);

  it("go by a jump host, whose key is checked as well", () => {
    const machine = { ...shop, jump };
    assert.equal(settings(machine, "machine").get("proxyjump"), "jump");
    assert.equal(settings(machine, "jump").get("hostname"), "gate.example.com");
    assert.equal(settings(machine, "jump").get("stricthostkeychecking"), "true");
    assert.equal(sshFiles(machine, folder, "/tmp").known_hosts, `machine ${one}\njump ${two}\n`);
  });

  it("lie in the same folder wherever the project is, and whatever the key", () => {
    assert.match(folderOf(shop), /^\.slipway\/ssh\/[0-9a-f]{12}$/);
    assert.equal(folderOf({ ...shop, key: "another" }), folderOf(shop));
    assert.notEqual(folderOf({ ...shop, hostKey: [two] }), folderOf(shop));
    const { host, port, user, hostKey } = jump;
    assert.equal(folderOf({ ...shop, jump: { hostKey, user, port, host } }), folderOf({ ...shop, jump }));
  });
});

describe("a machine that is reached over SSH", () => {
  it("is named as people write it", () => {
    assert.equal(nameOf(shop), "deploy@shop.example.com:2222");
    assert.equal(nameOf(jump), "gate@gate.example.com");
    assert.equal(nameOf({ ...jump, host: "2001:db8::1" }), "gate@[2001:db8::1]");
  });
});
